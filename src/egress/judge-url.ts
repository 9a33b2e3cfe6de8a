import ipaddr from 'ipaddr.js';
import { addressRefusal, canBeOpened, isThisMachine, plainHost, type NetworkRules } from './network-rules.js';

/** UrlRefusal is why a URL must not be connected to: because of how it is written, or because of where it leads. */
export interface UrlRefusal {
  readonly kind: 'form' | 'place';
  /** Whether a definition can open the place. */
  readonly canBeOpened: boolean;
  /** Rest of a sentence that begins with the URL; it holds no part of a password. */
  readonly why: string;
}

/** Names that clouds resolve to the place where they hand out credentials. */
const metadataNames = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal']);

/**
 * judgeUrl says why a URL must not be connected to, as far as can be said without asking for its addresses; undefined
 * where nothing speaks against it. The addresses are judged at the moment of connecting.
 */
export function judgeUrl(text: string, rules: NetworkRules): UrlRefusal | undefined {
  // URL parsers drop or turn these, and not all in the same way (WHATWG URL §4.4).
  if (/[\s\p{Cc}\\]/u.test(text)) return { kind: 'form', canBeOpened: false, why: 'holds blanks, control characters or a backslash' };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { kind: 'form', canBeOpened: false, why: 'is no URL' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { kind: 'form', canBeOpened: false, why: `begins with '${url.protocol}'; only https: and http: are possible` };
  if (url.username !== '' || url.password !== '') return { kind: 'form', canBeOpened: false, why: 'holds a user name or password' };
  // This machine is closed unless it was opened on purpose, with whatever listens there.
  const port = isThisMachine(url.hostname) ? undefined : portRefusal(url.port);
  if (port !== undefined) return { kind: 'place', canBeOpened: false, why: port };
  return judgeHost(url.hostname, rules);
}

/** judgeHost says why a host, or the folder of a Unix socket, must not be connected to, as far as can be said without asking for its addresses. */
export function judgeHost(text: string, rules: NetworkRules): UrlRefusal | undefined {
  const host = text.startsWith('/') ? 'localhost' : plainHost(text);
  if (metadataNames.has(host)) return { kind: 'place', canBeOpened: false, why: `leads to ${host}, where a cloud hands out credentials` };
  const address = ipaddr.isValid(host) ? host : isThisMachine(host) ? '127.0.0.1' : undefined;
  const refusal = address === undefined ? undefined : addressRefusal(rules, host, address);
  return refusal === undefined || address === undefined ? undefined : { kind: 'place', canBeOpened: canBeOpened(address), why: `leads to a place that must not be connected to: ${refusal}` };
}

/** portRefusal says why a port must not be connected to: another protocol listens there (Fetch §2.9, "port blocking"); undefined where it may. */
export function portRefusal(port: string | number): string | undefined {
  return blockedPorts.has(Number(port)) && port !== '' ? `has the port ${port}, where no web server listens` : undefined;
}

const blockedPorts = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123,
  135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995,
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);
