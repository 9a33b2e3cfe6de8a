import { z } from 'zod';
import { textAt } from '../tolerant-access.js';
import { filesSchema } from './files-schema.js';
import { postgresSchema } from './postgres-schema.js';
import { smtpSchema } from './smtp-schema.js';
import { systemSchema } from './system-schema.js';

/** systemKinds is the schemas of systems by their connector; whatever is no other is `rest`. */
export const systemKinds = { rest: systemSchema, postgres: postgresSchema, files: filesSchema, smtp: smtpSchema };

/** anySystemSchema is a system of any kind, for editors. */
export const anySystemSchema = z.union([systemSchema, postgresSchema, filesSchema, smtpSchema]).meta({ title: 'Crosswalk system', description: 'One configured connection to an outside system.' });

/** AnyAuthorSystem is a system of any kind as it is written, defaults filled in. */
export type AnyAuthorSystem = z.output<(typeof systemKinds)[keyof typeof systemKinds]>;

/** connectorOf is the connector that a definition names, right or wrong; `rest` where it names none. */
export function connectorOf(value: unknown): keyof typeof systemKinds {
  const named = textAt(value, ['connector']);
  return named === 'postgres' || named === 'files' || named === 'smtp' ? named : 'rest';
}

/** systemSchemaOf is the schema of the kind of system that a definition says it is. */
export function systemSchemaOf(value: unknown): (typeof systemKinds)[keyof typeof systemKinds] {
  return systemKinds[connectorOf(value)];
}
