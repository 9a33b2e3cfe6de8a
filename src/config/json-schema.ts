import { z } from 'zod';
import type { DefinitionKind } from '../contracts/definition-kind.js';
import { alertsSchema } from './schema/alerts-schema.js';
import { listedSystemSchema } from './schema/catalog-schema.js';
import { channelSchema } from './schema/channel-schema.js';
import { handoffSchema } from './schema/handoff-schema.js';
import { qualitySchema } from './schema/quality-schema.js';
import { syncSchema } from './schema/sync-schema.js';
import { systemSchema } from './schema/system-schema.js';
import { teamSchema } from './schema/team-schema.js';

const schemas: Readonly<Record<DefinitionKind, z.ZodType>> = { system: systemSchema, sync: syncSchema, quality: qualitySchema, handoff: handoffSchema, team: teamSchema, channel: channelSchema, alerts: alertsSchema };

/** definitionJsonSchema gives the JSON Schema (draft 2020-12) of definitions as people write them, for editors. */
export function definitionJsonSchema(kind: DefinitionKind): Record<string, unknown> {
  // Steps stand within steps: written out at each level, the schema of handoffs would be too large for editors.
  const reused = kind === 'handoff' ? 'ref' : 'inline';
  return { ...z.toJSONSchema(schemas[kind], { target: 'draft-2020-12', io: 'input', unrepresentable: 'any', reused }) };
}

/** listedSystemJsonSchemaText gives the text of the committed schema file of systems that are only listed. */
export function listedSystemJsonSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(listedSystemSchema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' }), null, 2)}\n`;
}

/** definitionJsonSchemaText gives the text of the committed schema file of a kind. */
export function definitionJsonSchemaText(kind: DefinitionKind): string {
  return `${JSON.stringify(definitionJsonSchema(kind), null, 2)}\n`;
}
