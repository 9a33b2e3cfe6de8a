import ipaddr from 'ipaddr.js';
import { classifyAddress, type AddressClass } from './address-class.js';

/** NetworkRules says which addresses may be connected to besides public ones. */
export interface NetworkRules {
  readonly entries: readonly NetworkEntry[];
}

/** NetworkEntry is one place that is opened. */
export type NetworkEntry =
  /** This machine, where the host is written as such: `localhost`, `127.0.0.1`, `[::1]`. */
  | { readonly kind: 'loopback' }
  /** Whatever private address the host resolves to. */
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'range'; readonly first: ipaddr.IPv4 | ipaddr.IPv6; readonly bits: number };

/** publicOnly are the rules that open nothing. */
export const publicOnly: NetworkRules = { entries: [] };

const hostPattern = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** parseNetworkEntry reads `loopback`, a host name, an address or a CIDR range; undefined where a text is none of them. */
export function parseNetworkEntry(text: string): NetworkEntry | undefined {
  if (text === 'loopback') return { kind: 'loopback' };
  const [address = '', length, ...more] = text.split('/');
  if (more.length === 0 && (ipaddr.IPv4.isValidFourPartDecimal(address) || (address.includes(':') && ipaddr.IPv6.isValid(address)))) {
    const first = ipaddr.parse(address);
    const most = first.kind() === 'ipv4' ? 32 : 128;
    if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
    const bits = length === undefined ? most : Number(length);
    return bits > most ? undefined : { kind: 'range', first, bits };
  }
  const host = plainHost(text);
  return hostPattern.test(host) ? { kind: 'host', host } : undefined;
}

/** networkEntryProblem says why an entry can open nothing, or not what it says; undefined where it can. */
export function networkEntryProblem(text: string): string | undefined {
  const entry = parseNetworkEntry(text);
  if (entry === undefined) return "expected 'loopback', a host name, an address or a range such as 10.20.0.0/16";
  if (entry.kind !== 'range') return undefined;
  // Both ends lie in the same block of a registry, and no block that can be opened is larger than 10.0.0.0/8 or fc00::/7.
  const [first, last] = endsOf(entry);
  const classes = [classifyAddress(first), classifyAddress(last)];
  if (entry.bits < 7) return 'is too large a range: no private network is so large';
  if (classes.includes('metadata')) return 'holds an address where a cloud hands out credentials, which is never connected to';
  if (classes[0] === 'public' && classes[1] === 'public') return 'is public, and needs no entry';
  return classes.every((each) => each === 'private' || each === 'loopback') ? undefined : 'is not a private network; only private addresses and this machine can be opened';
}

function endsOf({ first, bits }: Extract<NetworkEntry, { kind: 'range' }>): readonly [string, string] {
  const bytes = first.toByteArray();
  const low = bytes.map((byte, at) => byte & maskOf(bits, at));
  const high = bytes.map((byte, at) => (byte & maskOf(bits, at)) | (~maskOf(bits, at) & 0xff));
  return [ipaddr.fromByteArray(low).toString(), ipaddr.fromByteArray(high).toString()];
}

function maskOf(bits: number, at: number): number {
  const held = Math.min(8, Math.max(0, bits - at * 8));
  return (0xff << (8 - held)) & 0xff;
}

/** networkRules makes rules of entries that have been checked; those that are none are left out, so that they open nothing. */
export function networkRules(texts: readonly string[]): NetworkRules {
  return { entries: texts.flatMap((text) => parseNetworkEntry(text) ?? []) };
}

/** rulesOf makes the rules of a definition: what its own `network` opens, and what the deployment does. */
export function rulesOf(network: { readonly allow: readonly string[] } | undefined, deployment: readonly string[]): NetworkRules {
  return networkRules([...deployment, ...(network?.allow ?? [])]);
}

/** readNetworkEntries splits the value of CROSSWALK_NETWORK_ALLOW, a list with commas or blanks between. */
export function readNetworkEntries(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
}

/** addressRefusal says why an address that a host resolves to must not be connected to; undefined where it may. */
export function addressRefusal(rules: NetworkRules, host: string, address: string): string | undefined {
  const kind = classifyAddress(address);
  if (kind === 'public') return undefined;
  if ((kind === 'private' || kind === 'loopback') && rules.entries.some((entry) => opens(entry, kind, plainHost(host), address))) return undefined;
  return `${address} is ${names[kind]}`;
}

/** canBeOpened says whether an address is of a class that rules can open. */
export function canBeOpened(address: string): boolean {
  return ['private', 'loopback'].includes(classifyAddress(address));
}

const names: Readonly<Record<Exclude<AddressClass, 'public'>, string>> = {
  private: 'a private address', loopback: 'this machine', metadata: 'where a cloud hands out credentials', reserved: 'no public address',
};

function opens(entry: NetworkEntry, kind: AddressClass, host: string, address: string): boolean {
  if (entry.kind === 'loopback') return kind === 'loopback' && isThisMachine(host);
  if (entry.kind === 'host') return entry.host === host;
  const parsed = ipaddr.process(address);
  return parsed.kind() === entry.first.kind() && parsed.match(entry.first, entry.bits);
}

/** isThisMachine says whether a host is written as this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isThisMachine(host: string): boolean {
  const plain = plainHost(host);
  return plain === 'localhost' || plain.endsWith('.localhost') || (ipaddr.isValid(plain) && classifyAddress(plain) === 'loopback');
}

/** plainHost gives a host in lower case, without the brackets of IPv6 and the dot of a complete name. */
export function plainHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1');
}
