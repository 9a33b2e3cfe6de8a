import { writeFile } from 'node:fs/promises';
import { loadDefinitions } from '../../config/definition-set.js';
import { hasErrors } from '../../config/finding.js';
import type { Catalog } from '../../contracts/catalog.js';
import { drawUpCatalog } from '../../domain/catalog/catalog.js';
import { catalogMermaid } from '../../reports/catalog-mermaid.js';
import { catalogSvg } from '../../reports/catalog-svg.js';
import { CommandError } from '../command-error.js';
import { definitionsFolder } from '../definitions/definitions-folder.js';
import { unusableFolder } from '../definitions/unusable-folder.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { plainStyle, type Style } from '../terminal/style.js';
import { catalogText } from './catalog-text.js';

/** CatalogReportOptions is how the catalogue is shown, and where it goes. */
export interface CatalogReportOptions {
  readonly format: 'text' | 'mermaid' | 'svg' | 'json';
  readonly output?: string;
}

/** catalogReport makes the catalogue of a folder; throws CommandError where there are no definitions, or the file cannot be written. */
export async function catalogReport({ session }: CommandContext, given: string | undefined, { format, output }: CatalogReportOptions): Promise<Report> {
  const folder = definitionsFolder({ given, env: process.env, orSandbox: session.isLocal() });
  const set = await loadDefinitions(folder, { checkEnvironment: false });
  if (hasErrors(set.findings) || set.sources.length === 0) return unusableFolder(folder, set);
  const catalog = drawUpCatalog(set.catalog.values(), set.syncs.values(), set.handoffs.values());
  if (output === undefined) return { data: catalog, text: (style) => shown(catalog, format, style).trimEnd() };
  try {
    await writeFile(output, shown(catalog, format, plainStyle));
  } catch (error) {
    throw new CommandError('The catalogue cannot be written.', { where: output, todo: 'Name a file in a folder that exists and may be written to.', cause: error });
  }
  return { data: { ...catalog, output }, text: () => `Wrote ${printable(output)}.` };
}

function shown(catalog: Catalog, format: CatalogReportOptions['format'], style: Style): string {
  switch (format) {
    case 'mermaid': return catalogMermaid(catalog);
    case 'svg': return catalogSvg(catalog);
    case 'json': return `${JSON.stringify(catalog, null, 2)}\n`;
    default: return `${catalogText(catalog, style)}\n`;
  }
}
