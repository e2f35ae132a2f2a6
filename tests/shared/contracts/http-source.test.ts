import { resolveConfig } from '../../../shared/contracts/config/resolve';

const BARS = { url: 'https://api.example.com/v1/{symbol}', format: 'json' };

function faultsOf(changes: object, bars: object = {}): readonly string[] {
  const source = { kind: 'http', vendor: 'Acme', symbols: ['AAA'], bars: { ...BARS, ...bars }, ...changes };
  const resolved = resolveConfig({ source });
  return resolved.ok ? [] : resolved.faults.map(({ path, message }) => `${path}: ${message}`);
}

it('takes a vendor with nothing but an address', () => {
  expect(faultsOf({})).toEqual([]);
});

it.each([
  ['plain http to another machine', {}, { url: 'http://api.example.com/{symbol}' }, /source.bars.url: is plain http/],
  ['a key in the address', {}, { url: 'https://e.com/{symbol}?apikey=1' }, /looks like a credential/],
  ['a password in the address', {}, { url: 'https://me:pw@e.com/{symbol}' }, /user name or password/],
  ['a key among the headers', { headers: { 'X-Api-Key': '1' } }, {}, /looks like a credential/],
  ['a key in place of its name', { key: { secret: 'Sk_live/12', in: 'bearer' } }, {}, /source.key.secret/],
  ['no symbol and no list', { symbols: null }, {}, /source.symbols: name the symbols here/],
  [
    'one address for many symbols',
    { symbols: ['A', 'B'] },
    { url: 'https://e.com/' },
    /every symbol would get the same/,
  ],
  [
    'a cursor in CSV',
    {},
    { format: 'csv', paging: { kind: 'cursor', parameter: 'p', next: ['n'] } },
    /reads the next page from JSON/,
  ],
  ['another protocol', {}, { url: 'file:///etc/{symbol}' }, /begins with file:/],
  ['an unknown key', { apiKey: '1' }, {}, /source.apiKey: unknown key/],
])('refuses %s', (_what, changes, bars, words) => {
  expect(faultsOf(changes, bars).join('\n')).toMatch(words);
});

it('allows plain http to this machine, and elsewhere where it is asked for', () => {
  expect(faultsOf({}, { url: 'http://127.0.0.1:9/{symbol}' })).toEqual([]);
  expect(faultsOf({ allowPlainHttp: true }, { url: 'http://api.example.com/{symbol}' })).toEqual([]);
});
