type SchemaNode = Readonly<Record<string, unknown>>;

/**
 * withConnectors gives the JSON Schema of a system for editors: as it is for a system that stands wholly in its file, and with
 * nothing required, and null allowed, for one that names a built-in connector.
 */
export function withConnectors(full: SchemaNode): Record<string, unknown> {
  const { $schema, title, description, properties, ...rest } = full;
  const { objects, system, ...others } = properties as Record<string, SchemaNode>;
  const partial = partialOf({ properties: others, ...rest }) as { properties: Record<string, unknown> };
  return {
    $schema, title, description,
    if: { required: ['connector'], properties: { connector: { not: { const: 'rest' } } } },
    // Of objects only what differs is written, which only the check can judge: it knows what the connector says.
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { ...partial, properties: { system, ...partial.properties, objects: { type: 'object', description: objects?.['description'] } }, required: ['system'] },
    else: { properties, ...rest },
  };
}

/** withKinds adds the schemas of systems that speak something else than HTTP, each told by its `connector`. */
export function withKinds(others: SchemaNode, kinds: readonly SchemaNode[]): Record<string, unknown> {
  const { $schema, title, description, ...rest } = others;
  const names = kinds.map((kind) => (kind['properties'] as Record<string, SchemaNode>)['connector']?.['const']);
  return {
    $schema, title, description,
    if: { required: ['connector'], properties: { connector: { enum: names } } },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { oneOf: kinds.map(({ $schema: _schema, ...kind }) => kind) },
    else: rest,
  };
}

function partialOf(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(partialOf);
  if (typeof node !== 'object' || node === null) return node;
  const { required: _required, oneOf, properties, ...rest } = node as SchemaNode;
  // Without required keys, several of the alternatives fit; those that were only about required keys say nothing any more.
  const alternatives = Array.isArray(oneOf) ? oneOf.filter((each: SchemaNode) => Object.keys(each).some((key) => key !== 'required')) : [];
  return {
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, key === 'default' ? value : partialOf(value)])),
    ...(alternatives.length === 0 ? {} : { anyOf: alternatives.map(partialOf) }),
    ...(typeof properties !== 'object' || properties === null ? {} : {
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, { anyOf: [partialOf(value), { type: 'null' }] }])),
    }),
  };
}
