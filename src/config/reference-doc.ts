/** SchemaNode is the part of a JSON Schema that the reference is made of. */
interface SchemaNode {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** Section is one mapping of a definition and where it stands. */
interface Section {
  readonly path: string;
  readonly node: SchemaNode;
}

/**
 * referenceDoc writes the Markdown reference of a definition's JSON Schema: a table for each mapping, the outer ones
 * first. Mappings of the same shape are described once. `level` is the level of the headings.
 */
export function referenceDoc(schema: Record<string, unknown>, level: number): string {
  const described = new Map<string, Section>();
  const write = (section: Section): readonly string[] => {
    const { path, node } = section;
    const heading = path === '' ? [] : [`${'#'.repeat(level)} \`${path}\``, ''];
    const same = described.get(shapeOf(node));
    if (same !== undefined) return [...heading, `The same keys as \`${same.path}\`${otherDefaults(node, same.node)}.`, ''];
    described.set(shapeOf(node), section);
    return [...heading, ...table(node), '', ...sectionsBelow(section).flatMap(write)];
  };
  return write({ path: '', node: schema }).join('\n').trimEnd();
}

function shapeOf({ properties = {} }: SchemaNode): string {
  return JSON.stringify([Object.keys(properties), properties['type']?.description]);
}

function otherDefaults(node: SchemaNode, same: SchemaNode): string {
  const differing = Object.entries(node.properties ?? {}).filter(([key, child]) => defaultOf(child) !== defaultOf(same.properties?.[key] ?? {}));
  return differing.map(([key, child]) => `; the default of \`${key}\` is ${defaultOf(child)}`).join('');
}

function sectionsBelow({ path, node }: Section): readonly Section[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => childSections(path === '' ? key : `${path}.${key}`, child));
}

function childSections(path: string, node: SchemaNode): readonly Section[] {
  if (node.properties !== undefined) return [{ path, node }];
  if (node.items !== undefined) return childSections(`${path}[]`, node.items);
  const variants = node.oneOf ?? node.anyOf ?? [];
  if (variants.length > 0) return variants.flatMap((variant) => childSections(variantPath(path, variant), variant));
  return typeof node.additionalProperties === 'object' ? childSections(`${path}.NAME`, node.additionalProperties) : [];
}

function variantPath(path: string, variant: SchemaNode): string {
  const type = variant.properties?.['type']?.const;
  return type === undefined ? path : `${path}, type: ${type}`;
}

function table(node: SchemaNode): readonly string[] {
  const rows = Object.entries(node.properties ?? {}).map(([key, child]) => {
    const needed = node.required?.includes(key) === true ? ' (required)' : '';
    return `| \`${key}\`${needed} | ${cell(valueOf(child))} | ${defaultOf(child)} | ${cell(child.description ?? '')} |`;
  });
  return ['| key | value | default | meaning |', '|---|---|---|---|', ...rows];
}

function valueOf(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.title !== undefined) return node.title;
  if (node.items !== undefined) return listOf(valueOf(node.items));
  const variants = node.anyOf ?? (node.properties === undefined ? node.oneOf : undefined);
  if (variants !== undefined) return variants.some((variant) => variant.properties?.['type']?.const !== undefined) ? 'see below' : variants.map(valueOf).join(', or ');
  if (node.type === 'object') return node.properties === undefined && typeof node.additionalProperties === 'object' ? mapOf(node.additionalProperties) : 'see below';
  return scalarOf(node);
}

function mapOf(value: SchemaNode): string {
  return value.properties === undefined ? `mapping of names to ${valueOf(value)}` : 'mapping by name, see below';
}

function scalarOf({ type, minimum, maximum }: SchemaNode): string {
  if (type === 'integer' || type === 'number') {
    const name = type === 'integer' ? 'a whole number' : 'a number';
    return minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `${name}, ${minimum} to ${maximum}` : name;
  }
  if (type === 'boolean') return '`true` or `false`';
  if (type === 'string') return 'text';
  return type === 'null' ? '`null`' : 'any value';
}

function listOf(value: string): string {
  return value === 'see below' ? 'list of mappings, see below' : `list, each ${value}`;
}

function defaultOf(node: SchemaNode): string {
  const { default: value } = node;
  if (value === undefined || (typeof value === 'object' && JSON.stringify(value) === '{}')) return '';
  if (value === '') return '`""`';
  return cell(`\`${typeof value === 'string' ? value : JSON.stringify(value)}\``);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
