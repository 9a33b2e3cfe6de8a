import { createRedactor, type Redactor } from '../domain/redact.js';

/** SecretRegister knows the secrets in use, and takes them out of texts. */
export interface SecretRegister {
  /** add makes a value known from now on. */
  add(secret: string): void;
  /** redact replaces known secrets, and what looks like one, in a text of at most 65,536 characters; longer ones are cut. */
  redact(text: string): string;
}

/** maxRedactedLength is how much of a text is redacted; what comes after it is dropped. */
export const maxRedactedLength = 65_536;

/** Tokens change by the hour; those of the last days are still looked for, and fixed secrets come back with every request. */
const maxSecrets = 500;

/** createSecretRegister makes a register; one for a whole process is best, since systems repeat each other's secrets in errors. */
export function createSecretRegister(): SecretRegister {
  const secrets = new Set<string>();
  let redactor: Redactor | undefined;
  return {
    add(secret) {
      if (secret === '' || secrets.has(secret)) return;
      const [oldest] = secrets;
      if (secrets.size >= maxSecrets && oldest !== undefined) secrets.delete(oldest);
      secrets.add(secret);
      redactor = undefined;
    },
    redact(text) {
      redactor ??= createRedactor({ secrets: [...secrets], maxLength: maxRedactedLength });
      return redactor.text(text);
    },
  };
}
