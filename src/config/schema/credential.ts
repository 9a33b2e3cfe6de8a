import type { z } from 'zod';
import { isSecretName } from '../../domain/secret-names.js';
import { findReferences } from '../reference-syntax.js';
import { checkedText } from './checked-text.js';

const advice = 'write secret://env/NAME, secret://file/PATH or ${NAME} instead, and change the secret if this file was ever shared';

/** hardCodedSecret is the message for a credential that stands in a definition as it is; it never shows the credential. */
export function hardCodedSecret(what: string): string {
  return `hard-coded secret: ${what} stands in the file itself; ${advice}`;
}

/** holdsReference says whether a text takes at least a part of its value from elsewhere. */
export function holdsReference(text: string): boolean {
  return findReferences(text).length > 0;
}

/** credentialText makes a schema for a secret, which must be a reference; `what` names it. */
export function credentialText(what: string): z.ZodString {
  return checkedText('a reference such as secret://env/CRM_TOKEN', (text) => {
    if (text.trim() === '') return { message: `${what} is empty; write secret://env/NAME or secret://file/PATH`, type: 'invalid-value' };
    if (/[\r\n]/.test(text)) return { message: `${what} holds a line break; it must be one line`, type: 'invalid-header' };
    return holdsReference(text) ? undefined : { message: hardCodedSecret(what), type: 'hard-coded-secret' };
  });
}

/** isCredentialName says whether credentials are usually sent under a name. */
export function isCredentialName(name: string): boolean {
  return isSecretName(name) || /^(?:key|pin)$/i.test(name);
}
