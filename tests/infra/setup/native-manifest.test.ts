import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from './evaluate';
import { temporaryFolder, writeFiles } from './temporary-folder';

const folder = temporaryFolder();
const read = (): unknown => evaluate(['native-manifest'], 'return m.readManifest(input).parts;', folder());

/** Records a part made of the file `lib` as the set-up does. */
function record(): void {
  writeFiles(folder(), { lib: 'library bytes' });
  const body = `m.recordPart(input, 'lightgbm', await m.partOf(input + '/lib', '4.7.0', 'wheel'));`;
  evaluate(['native-manifest'], body, folder());
}

describe('native.json', () => {
  it('records parts beside each other', () => {
    record();
    evaluate(
      ['native-manifest'],
      `m.recordPart(input, 'libgomp', { path: null, version: null, from: 'system', sha256: null, bytes: null });`,
      folder(),
    );
    expect(read()).toEqual({
      lightgbm: {
        path: join(folder(), 'lib'),
        version: '4.7.0',
        from: 'wheel',
        sha256: '8c45ce4e5a5cb0c03670ca09e153a24b1c7b7f94141c4da68f31ce8e91bc1bf8',
        bytes: 13,
      },
      libgomp: { path: null, version: null, from: 'system', sha256: null, bytes: null },
    });
  });

  it.each([
    ['no file', null],
    ['half a file', '{"schemaVersion":1,"parts":{"lightg'],
    [
      'another schema',
      '{"schemaVersion":2,"platform":"PLATFORM","parts":{"libgomp":{"path":null,"from":"x","sha256":null}}}',
    ],
    [
      'another platform',
      '{"schemaVersion":1,"platform":"plan9-x64","parts":{"libgomp":{"path":null,"from":"x","sha256":null}}}',
    ],
    [
      'a part without its hash',
      '{"schemaVersion":1,"platform":"PLATFORM","parts":{"lightgbm":{"path":"/lib","version":"1","from":"x","bytes":1}}}',
    ],
    ['no parts', '{"schemaVersion":1,"platform":"PLATFORM"}'],
  ])('counts %s as nothing set up', (_name, text) => {
    const platform = `${process.platform}-${process.arch}`;
    if (text !== null) writeFiles(folder(), { 'native.json': text.replace('PLATFORM', platform) });
    expect(read()).toEqual({});
  });

  it('sees a truncated part at every start, and flipped bytes when it looks at all of them', () => {
    const look = (): unknown =>
      evaluate(
        ['native-manifest'],
        'const part = m.readManifest(input).parts.lightgbm; return [m.isInPlace(part), await m.isIntact(part)];',
        folder(),
      );
    record();
    expect(look()).toEqual([true, true]);
    writeFileSync(join(folder(), 'lib'), 'library bytez');
    expect(look()).toEqual([true, false]);
    writeFileSync(join(folder(), 'lib'), 'library');
    expect(look()).toEqual([false, false]);
  });
});
