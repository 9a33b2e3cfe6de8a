import ipaddr from 'ipaddr.js';

/**
 * AddressClass is what kind of place an IP address is. `private` and `loopback` can be opened by a definition or a
 * deployment; `metadata` (where clouds hand out credentials) and `reserved` (everything else that is not public) never.
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'metadata' | 'reserved';

/**
 * Where machines of a cloud get their credentials: AWS (169.254.169.254, fd00:ec2::254, containers 169.254.170.2 and .23,
 * fd00:ec2::23), Google (fd20:ce::254), Alibaba (100.100.100.200), Oracle (192.0.0.192), Azure (168.63.129.16).
 */
const metadataAddresses = new Set([
  '169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '192.0.0.192', '168.63.129.16',
  'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254',
]);

/**
 * classifyAddress gives the class of an IP address by the IANA special-purpose registries (RFC 6890); a text that is none
 * is `reserved`. IPv4 within IPv6 is judged by the IPv4 address: mapped (RFC 4291 §2.5.5.2) as if it were written so, and
 * behind NAT64 (RFC 6052) as long as it is public; 6to4 and Teredo, which nobody offers any more, are not taken apart.
 */
export function classifyAddress(text: string): AddressClass {
  if (!ipaddr.isValid(text)) return 'reserved';
  const parsed = ipaddr.parse(text);
  const address = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
  if (metadataAddresses.has(address.toString())) return 'metadata';
  switch (address.range()) {
    case 'unicast': return isPublicUnicast(address) ? 'public' : 'reserved';
    case 'loopback': return 'loopback';
    case 'private':
    case 'uniqueLocal':
    case 'carrierGradeNat': return 'private';
    case 'rfc6052': return classOfTranslated(address);
    default: return 'reserved';
  }
}

/** Of IPv6 only 2000::/3 has been given out (RFC 4291 §2.4). */
function isPublicUnicast(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address instanceof ipaddr.IPv4 || ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20;
}

function classOfTranslated(address: ipaddr.IPv4 | ipaddr.IPv6): AddressClass {
  const bytes = address.toByteArray();
  const wellKnown = bytes.slice(4, 12).every((byte) => byte === 0);
  return wellKnown && classifyAddress(bytes.slice(12).join('.')) === 'public' ? 'public' : 'reserved';
}
