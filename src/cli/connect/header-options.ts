import type { DraftAuth } from '../../contracts/system-draft.js';
import { holdsReference, isCredentialName } from '../../config/schema/credential.js';
import { environmentName, hostName } from '../../domain/draft/names.js';
import { badInput } from '../command-error.js';

/** headersOf reads `--header` options; throws CommandError for one that is no header, or holds a credential as it is. */
export function headersOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(given.map((text) => {
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(text) ?? [];
    if (name === '' || value === '') throw badInput('A header needs a name and a value.', { todo: "Write it as in --header 'Authorization: Bearer ${CRM_TOKEN}'." });
    // The list of processes and the history of the shell would show it.
    if (isCredentialName(name) && !holdsReference(value)) throw badInput(`The header ${name} holds a credential as it is.`, { todo: `Put it into an environment variable and write it as in --header '${name}: \${CRM_TOKEN}'.` });
    return [name, value];
  }));
}

/** credentialParameters names the parameters of a URL that look like credentials. */
export function credentialParameters(url: URL): string[] {
  return [...new Set(url.searchParams.keys())].filter((name) => isCredentialName(name));
}

/** authOf makes the `auth` of a draft from the header or the parameter that carried the credential. */
export function authOf(headers: Readonly<Record<string, string>>, url: URL): DraftAuth {
  const [parameter] = credentialParameters(url);
  if (parameter !== undefined) {
    const variable = environmentName(hostName(url.hostname) ?? 'system', parameter);
    return { keys: { type: 'api-key', in: 'query', name: parameter, value: `secret://env/${variable}` }, checks: [`The key of the URL is not written here: put it into ${variable}.`] };
  }
  const credential = Object.entries(headers).find(([name]) => isCredentialName(name));
  if (credential === undefined) return { keys: { type: 'none' }, checks: ['The sample was read without credentials.'] };
  const [name, value] = credential;
  const token = /^Bearer\s+(\S.*)$/i.exec(value)?.[1];
  const secret = (token ?? value).replaceAll(/\$\{([A-Za-z_]\w*)\}/g, 'secret://env/$1');
  if (name.toLowerCase() === 'authorization' && token !== undefined) return { keys: { type: 'bearer', token: secret }, checks: [] };
  return { keys: { type: 'api-key', in: 'header', name, value: secret }, checks: [] };
}
