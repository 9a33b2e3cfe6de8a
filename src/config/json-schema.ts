import { z } from 'zod';
import type { DefinitionKind } from '../contracts/definition-kind.js';
import { withConnectors, withKinds } from './editor-schema.js';
import { alertsSchema } from './schema/alerts-schema.js';
import { listedSystemSchema } from './schema/catalog-schema.js';
import { channelSchema } from './schema/channel-schema.js';
import { handoffSchema } from './schema/handoff-schema.js';
import { qualitySchema } from './schema/quality-schema.js';
import { syncSchema } from './schema/sync-schema.js';
import { systemKinds } from './schema/system-kinds.js';
import { systemSchema } from './schema/system-schema.js';
import { teamSchema } from './schema/team-schema.js';

const schemas: Readonly<Record<DefinitionKind, z.ZodType>> = { system: systemSchema, sync: syncSchema, quality: qualitySchema, handoff: handoffSchema, team: teamSchema, channel: channelSchema, alerts: alertsSchema };

/** definitionJsonSchema gives the JSON Schema (draft 2020-12) of definitions as people write them. */
export function definitionJsonSchema(kind: DefinitionKind): Record<string, unknown> {
  // Steps stand within steps: written out at each level, the schema of handoffs would be too large for editors.
  return schemaOf(kind, kind === 'handoff' ? 'ref' : 'inline');
}

/** inlineJsonSchema gives the JSON Schema of definitions without references, for the reference of the documentation. */
export function inlineJsonSchema(kind: DefinitionKind): Record<string, unknown> {
  return schemaOf(kind, 'inline');
}

function schemaOf(kind: DefinitionKind, reused: 'ref' | 'inline'): Record<string, unknown> {
  return { ...z.toJSONSchema(schemas[kind], { target: 'draft-2020-12', io: 'input', unrepresentable: 'any', reused }) };
}

/** connectorJsonSchema gives the JSON Schema of the systems of one connector. */
export function connectorJsonSchema(connector: keyof typeof systemKinds): Record<string, unknown> {
  return { ...z.toJSONSchema(systemKinds[connector], { target: 'draft-2020-12', io: 'input', unrepresentable: 'any', reused: 'inline' }) };
}

/** editorJsonSchema gives the JSON Schema that editors check files by; a system with a built-in connector may leave things out. */
export function editorJsonSchema(kind: DefinitionKind): Record<string, unknown> {
  return kind === 'system' ? withKinds(withConnectors(definitionJsonSchema(kind)), [connectorJsonSchema('postgres'), connectorJsonSchema('files'), connectorJsonSchema('smtp')]) : definitionJsonSchema(kind);
}

/** listedSystemJsonSchemaText gives the text of the committed schema file of systems that are only listed. */
export function listedSystemJsonSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(listedSystemSchema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' }), null, 2)}\n`;
}

/** definitionJsonSchemaText gives the text of the committed schema file of a kind. */
export function definitionJsonSchemaText(kind: DefinitionKind): string {
  return `${JSON.stringify(editorJsonSchema(kind), null, 2)}\n`;
}
