import { conversionDoc } from './conversion-doc.js';
import { connectorJsonSchema, definitionJsonSchema, inlineJsonSchema } from './json-schema.js';
import { referenceDoc } from './reference-doc.js';

/** documentationParts makes the generated parts of the documentation of definitions, by the name of their marker. */
const documentationParts: Readonly<Record<string, () => string>> = {
  conversions: conversionDoc,
  system: () => referenceDoc(definitionJsonSchema('system'), 4),
  postgres: () => referenceDoc(connectorJsonSchema('postgres'), 4),
  files: () => referenceDoc(connectorJsonSchema('files'), 4),
  smtp: () => referenceDoc(connectorJsonSchema('smtp'), 4),
  sync: () => referenceDoc(definitionJsonSchema('sync'), 4),
  quality: () => referenceDoc(definitionJsonSchema('quality'), 4),
  // Of steps within steps only the outer ones are described: the reference names what has the same keys once.
  handoff: () => referenceDoc(inlineJsonSchema('handoff'), 4),
  team: () => referenceDoc(definitionJsonSchema('team'), 4),
  channel: () => referenceDoc(definitionJsonSchema('channel'), 4),
  alerts: () => referenceDoc(definitionJsonSchema('alerts'), 4),
};

/**
 * withGeneratedParts fills the generated parts of a Markdown page, each between `<!-- generated: NAME -->` and
 * `<!-- end -->`, and leaves everything else as it is. Throws RangeError where a marker is missing or has no known name.
 */
export function withGeneratedParts(page: string): string {
  const filled = new Set<string>();
  const text = page.replaceAll(/(<!-- generated: (\w+) -->\n)[^]*?(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
    const make = documentationParts[name];
    if (make === undefined) throw new RangeError(`no generated part is called '${name}'`);
    filled.add(name);
    return `${begin}\n${make()}\n\n${end}`;
  });
  const missing = Object.keys(documentationParts).filter((name) => !filled.has(name));
  if (missing.length > 0) throw new RangeError(`the page has no place for ${missing.join(', ')}`);
  return text;
}
