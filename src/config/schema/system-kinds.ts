import type { z } from 'zod';
import { textAt } from '../tolerant-access.js';
import { filesSchema } from './files-schema.js';
import { postgresSchema } from './postgres-schema.js';
import { smtpSchema } from './smtp-schema.js';
import { systemSchema } from './system-schema.js';

/** systemKinds is the schemas of systems by what they speak; a built-in connector speaks HTTP and is `rest`. */
export const systemKinds = { rest: systemSchema, postgres: postgresSchema, files: filesSchema, smtp: smtpSchema };

/** AnyAuthorSystem is a system of any kind as it is written, defaults filled in. */
export type AnyAuthorSystem = z.output<(typeof systemKinds)[keyof typeof systemKinds]>;

/** connectorOf is what a system speaks by its definition; `rest` where it names no connector, or a built-in one. */
export function connectorOf(value: unknown): keyof typeof systemKinds {
  const named = textAt(value, ['connector']);
  return named === 'postgres' || named === 'files' || named === 'smtp' ? named : 'rest';
}

/** systemSchemaOf is the schema of the kind of system that a definition says it is. */
export function systemSchemaOf(value: unknown): (typeof systemKinds)[keyof typeof systemKinds] {
  return systemKinds[connectorOf(value)];
}
