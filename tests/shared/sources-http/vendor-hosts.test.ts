import { createVendorHosts } from '../../../shared/sources/http/vendor-hosts';
import { readSettings } from '../../../shared/runtime/settings';
import { sourceFault } from '../../../shared/sources/port';
import { status, vendorBars } from '../../support/vendor-server';
import type { VendorBench } from './support';
import { cursorShape, faultOf, openVendorBench } from './support';

/** What an address of the input leads to, through the real client and a real vendor on this machine. */
async function ask(
  listed: readonly string[] | null,
  originOf: (port: string) => string,
  prepare?: (b: VendorBench) => void,
) {
  const bench = await openVendorBench(Date.now, listed);
  try {
    bench.vendor.bars.set('AAA', vendorBars(50, 1));
    prepare?.(bench);
    const origin = originOf(new URL(bench.vendor.origin).port);
    const source = bench.source({ ...cursorShape(origin) }, { allowPlainHttp: true, limits: { stallSeconds: 2 } });
    const result = await source.pin!('AAA', { asOfMs: Date.now(), runId: 'run' });
    return { fault: result.ok ? null : faultOf(result), asked: bench.vendor.requests.length };
  } finally {
    await bench.close();
  }
}

const LOOPBACK = (port: string): string => `http://127.0.0.1:${port}`;

describe('hosts that a worker may ask', () => {
  it.each([
    ['nothing bounds them', null, LOOPBACK],
    ['an address that is listed', ['127.0.0.1'], LOOPBACK],
    ['an address of a network that is listed', ['127.0.0.0/8'], LOOPBACK],
    [
      'a name that is listed with the address it leads to',
      ['localhost', '127.0.0.1', '::1'],
      (port: string) => `http://localhost:${port}`,
    ],
  ])('asks where %s', async (_name, listed, originOf) => {
    expect(await ask(listed, originOf)).toMatchObject({ fault: null, asked: 1 });
  });

  it.each([
    ['none is listed', [], LOOPBACK, /asks no vendor.*CANDLEWICK_VENDOR_HOSTS/],
    ['another host', ['data.example.org'], LOOPBACK, /'127\.0\.0\.1' is not among data\.example\.org/],
    [
      'an address in hexadecimal',
      ['data.example.org'],
      (port: string) => `http://0x7f.1:${port}`,
      /'127\.0\.0\.1' is not/,
    ],
    [
      'an address as one number',
      ['data.example.org'],
      (port: string) => `http://2130706433:${port}`,
      /'127\.0\.0\.1' is not/,
    ],
    [
      'an address inside another',
      ['data.example.org'],
      (port: string) => `http://[::ffff:127.0.0.1]:${port}`,
      /is not among/,
    ],
    [
      'a name that is listed and leads to this machine',
      ['localhost'],
      (port: string) => `http://localhost:${port}`,
      /not public/,
    ],
    ['a wildcard is no host of its own', ['*.localhost'], (port: string) => `http://localhost:${port}`, /is not among/],
  ])('refuses %s, and asks nobody', async (_name, listed, originOf, words) => {
    const { fault, asked } = await ask(listed, originOf);
    expect(fault).toMatchObject({ code: 'SourceForbidden', message: expect.stringMatching(words) as unknown });
    expect(asked).toBe(0);
  });

  it.each(['http://127.0.0.2:1/', 'http://169.254.169.254/latest/meta-data/', 'https://metadata.example.net/'])(
    'refuses a redirect to %s',
    async (location) => {
      const redirect = status(302, '', { location });
      const { fault, asked } = await ask(['127.0.0.1'], LOOPBACK, ({ vendor }) => vendor.misbehave('AAA', redirect));
      expect(fault).toMatchObject({ code: 'SourceForbidden' });
      expect(asked).toBe(1);
    },
  );

  const { refuse } = createVendorHosts(['data.example.org', '*.vendor.example', '10.1.0.0/16', 'fd00::/8']);
  const isRefused = (url: string): boolean => {
    try {
      refuse(new URL(url), 'GET');
      return false;
    } catch (error) {
      return sourceFault(error)?.code === 'SourceForbidden';
    }
  };
  it.each([
    ['https://data.example.org/bars', false],
    ['https://data.example.org./bars', false],
    ['https://DATA.example.org:8443/bars', false],
    ['https://a.b.vendor.example/', false],
    ['https://10.1.2.3/', false],
    ['https://[fd00::7]/', false],
    ['https://vendor.example/', true],
    ['https://notvendor.example/', true],
    ['https://data.example.org.evil.example/', true],
    ['https://data.example.org@evil.example/', true],
    ['https://10.2.0.1/', true],
    ['https://8.8.8.8/', true],
    ['https://[fe80::1]/', true],
  ])('%s: refused %s', (url, expected) => {
    expect(isRefused(url)).toBe(expected);
  });
});

describe('CANDLEWICK_VENDOR_HOSTS', () => {
  const hostsOf = (text?: string) =>
    readSettings(text === undefined ? {} : { CANDLEWICK_VENDOR_HOSTS: text }, '/').vendorHosts;

  it('names none by default, any with *, and else those between the commas', () => {
    expect(hostsOf()).toEqual([]);
    expect(hostsOf('')).toEqual([]);
    expect(hostsOf('*')).toBeNull();
    expect(hostsOf(' data.example.org, *.example.org ,10.0.0.0/8,::1')).toEqual([
      ...['data.example.org', '*.example.org', '10.0.0.0/8', '::1'],
    ]);
  });

  it.each([
    'https://data.example.org',
    'data.example.org:443',
    'a*.example.org',
    '10.0.0.0/33',
    '10.0.0',
    '*.*',
    'a b',
  ])('refuses %s', (text) => expect(() => hostsOf(text)).toThrow(/CANDLEWICK_VENDOR_HOSTS: expected hosts/));
});
