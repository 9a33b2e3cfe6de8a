import { holdsReference, isCredentialName } from '../../config/schema/credential.js';
import type { DraftLogin } from '../../drafting/find-login.js';
import { badInput } from '../command-error.js';

/** loginOf reads `--login` and `--login-field` options; undefined without them. Throws CommandError for a field that is none, or holds a password as it is. */
export function loginOf(post: string | undefined, fields: readonly string[]): DraftLogin | undefined {
  if (post === undefined) {
    if (fields.length > 0) throw badInput('--login-field needs --login.', { todo: 'Add the path that they are posted to, as in --login /auth/login.' });
    return undefined;
  }
  if (!/^\/(?!\/)[^\s?#@]*$/.test(post)) throw badInput('--login needs a path on the same host.', { todo: 'Write it as in --login /auth/login.' });
  if (fields.length === 0) throw badInput('--login needs the fields that are posted.', { todo: "Write them as in --login-field 'email=${CRM_USER}' --login-field 'password=${CRM_PASSWORD}'." });
  return { post, body: Object.fromEntries(fields.map((text) => fieldOf(text))) };
}

function fieldOf(text: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^([^=\s]+)=(.+)$/.exec(text) ?? [];
  if (name === '') throw badInput('A field of the login needs a name and a value.', { todo: "Write it as in --login-field 'password=${CRM_PASSWORD}'." });
  // The list of processes and the history of the shell would show it.
  if (isCredentialName(name) && !holdsReference(value)) throw badInput(`The field ${name} holds a password as it is.`, { todo: `Put it into an environment variable and write it as in --login-field '${name}=\${CRM_PASSWORD}'.` });
  return [name, isCredentialName(name) ? value.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, 'secret://env/$1') : value];
}
