import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { SourceError } from '../port';

/** Which hosts a worker may ask, whatever address an input, a redirect or a next page names. */
export interface VendorHosts {
  /** Throws SourceForbidden for a host that is not listed, before anybody looks whether there is one. */
  readonly refuse: (url: URL, where: string) => void;
  /**
   * Resolves names for the connection itself, so that nothing changes in between: fails with SourceForbidden where a listed
   * name leads to an address of this machine or its network that is not listed too. undefined: as Node does.
   */
  readonly lookupFor: (where: string) => LookupFunction | undefined;
}

/** Addresses that no vendor in the world has (IANA's special-purpose registries), and the clouds' metadata services. */
const NOT_PUBLIC = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
  // The last four hold IPv4 addresses in themselves.
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8', '100::/64', '2001:db8::/32', '2001::/23'],
  ...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16'],
];

/**
 * `listed`: host names (`data.example.org`), all names below one (`*.example.org`), addresses and networks (`10.1.0.0/16`);
 * null bounds nothing.
 */
export function createVendorHosts(listed: readonly string[] | null): VendorHosts {
  if (listed === null) return { refuse: () => undefined, lookupFor: () => undefined };
  const addresses = networks(listed.filter((entry) => isIP(entry.split('/')[0] ?? '') !== 0));
  const notPublic = networks(NOT_PUBLIC);
  const names = listed.map((entry) => entry.toLowerCase());
  const mayConnect = (address: string): boolean => holds(addresses, address) || !holds(notPublic, address);
  return {
    refuse: (url, where) => {
      const host = hostOf(url);
      const isListed = isIP(host) === 0 ? names.some((name) => covers(name, host)) : holds(addresses, host);
      if (!isListed) throw new SourceError('SourceForbidden', `${where}: ${notListed(host, listed)}`, { host });
    },
    lookupFor: (where) => (host, options, done) => {
      resolveAll(host, options, (error, found) => {
        if (error !== null) {
          done(error, []);
          return;
        }
        if (found.every(({ address }) => mayConnect(address))) {
          const [first] = found;
          if (options.all === true || first === undefined) done(null, [...found]);
          else done(null, first.address, first.family);
          return;
        }
        const why = `'${host}' leads to an address that is not public; to allow it list the address too`;
        done(new SourceError('SourceForbidden', `${where}: ${why} (CANDLEWICK_VENDOR_HOSTS)`, { host }), []);
      });
    },
  };
}

function notListed(host: string, listed: readonly string[]): string {
  if (listed.length === 0)
    return `this worker asks no vendor; list '${host}' in CANDLEWICK_VENDOR_HOSTS of the workers, if it may be asked`;
  return `'${host}' is not among ${listed.join(', ')}: this worker asks these hosts only (CANDLEWICK_VENDOR_HOSTS)`;
}

/** Without the brackets of an IPv6 address and the dot that a full name may end with. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function covers(listed: string, host: string): boolean {
  return listed.startsWith('*.') ? host.endsWith(listed.slice(1)) && host.length > listed.length - 1 : host === listed;
}

function networks(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return list;
}

/** An IPv4 address inside an IPv6 one (`::ffff:127.0.0.1`) counts as what it is. */
function holds(list: BlockList, address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

function resolveAll(
  host: string,
  options: LookupOptions,
  done: (error: NodeJS.ErrnoException | null, found: readonly LookupAddress[]) => void,
): void {
  lookup(host, { ...options, all: true }, (error, found) => done(error, error === null ? found : []));
}
