/** singular makes the name of one of a plural: `contacts`, `companies`, `addresses`, `Invoices`. */
export function singular(word: string): string {
  if (/ies$/i.test(word) && word.length > 4) return word.replace(/ies$/i, 'y');
  if (/(ss|x|ch|sh|tus)es$/i.test(word)) return word.replace(/es$/i, '');
  return /[^su]s$/i.test(word) ? word.slice(0, -1) : word;
}

/** systemName makes the name of a system of a title or a host: lower case, digits, hyphens, without words that every API has. */
export function systemName(text: string): string {
  const words = text.normalize('NFKD').replaceAll(/[\u0300-\u036f]/g, '').toLowerCase().split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !/^(the|api|apis|rest|openapi|web|v?\d+|www|com|io|org|net|public|reference)$/.test(word));
  const name = words.slice(0, 3).join('-').replace(/^[^a-z]+/, '').slice(0, 40).replace(/-+$/, '');
  return name === '' ? 'system' : name;
}

/** objectName makes the name of an object of a path segment: `Contacts` and `contacts.list` are `contact`. */
export function objectName(segment: string): string {
  const plain = segment.replace(/\.(list|history)$/, '').replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^[^a-z]+|_+$/g, '');
  const name = singular(plain).slice(0, 60);
  if (name !== '') return name;
  const rest = segment.replaceAll(/[^a-z0-9]+/gi, '_');
  return /\d/.test(rest) ? `object_${rest}`.slice(0, 60) : 'record';
}

/** documentName makes the name of a system of the name of a document; undefined for names that every document has. */
export function documentName(file: string): string | undefined {
  const name = systemName(file.replace(/\.(json|ya?ml)$/i, ''));
  return /^(system|swagger|docs?|spec|schema)(-|$)/.test(name) ? undefined : name;
}

/** hostName makes the name of a system of a host: `api.acme.com` is `acme`; undefined for an address. */
export function hostName(host: string): string | undefined {
  const labels = host.split('.');
  const label = labels.length >= 2 && !/^[\d.:[\]]+$/.test(host) ? labels.at(-2) : undefined;
  return label === undefined ? undefined : systemName(label);
}

/** environmentName makes the name of an environment variable: `ACME_CRM_TOKEN`. */
export function environmentName(...parts: readonly string[]): string {
  return parts.join('_').toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '').replace(/^(\d)/, 'X$1');
}

/** isPlainName says whether a member's name may stand in a definition: one that would be read as a reference may not. */
export function isPlainName(name: string): boolean {
  return !/\$\{|secret:\/\//.test(name);
}

/** pointerOf makes a JSON Pointer (RFC 6901) of member names. */
export function pointerOf(...names: readonly string[]): string {
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
