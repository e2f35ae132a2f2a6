import { FILES_SOURCE_DEFAULTS } from '../../../../shared/contracts/config/defaults';
import { createFileSource } from '../../../../shared/sources/files/file-source';
import { sourceFault, type RawSeries } from '../../../../shared/sources/port';

/** Reads a source to its end, or to its fault, and says which, with the most memory that the process ever had. */
async function main(folder: string, name: string, symbol: string): Promise<void> {
  const config = { ...FILES_SOURCE_DEFAULTS, paths: [name], timeframeMinutes: 60 };
  const source = createFileSource(config, { baseDir: folder, tempDir: `${folder}/temp`, roots: null });
  let code = 'read';
  let message = '';
  let rows = 0;
  try {
    const opened = await source.open(symbol);
    if (opened.ok) rows = await countRows(opened.value);
    else [code, message] = [opened.fault.code, opened.fault.message];
  } catch (error) {
    const fault = sourceFault(error);
    if (fault === null) throw error;
    [code, message] = [fault.code, fault.message];
  }
  const maxRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ code, message, rows, maxRssMb }));
}

async function countRows(series: RawSeries): Promise<number> {
  let rows = 0;
  for await (const bars of series.chunks()) rows += bars.time.length;
  return rows;
}

const [folder = '', name = '', symbol = ''] = process.argv.slice(2);
void main(folder, name, symbol);
