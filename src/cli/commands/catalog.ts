import { Option, type Command } from 'commander';
import type { CatalogReportOptions } from '../catalog/catalog-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

/** registerCatalog adds `crosswalk catalog`. */
export function registerCatalog(program: Command): void {
  withCommonOptions(program.command('catalog')
    .summary('draw the map of systems, and rank what to connect next')
    .description('Draw the map of all systems with what moves between them, list the fields that several systems hold and nothing keeps the same, and rank what to bring in step next. Needs no database and no server.')
    .argument('[folder]', 'folder of definitions (default: $CROSSWALK_DEFINITIONS, ./definitions, ./examples/sandbox)')
    .addOption(new Option('--format <format>', 'text; the map as Mermaid or SVG; everything as JSON').choices(['text', 'mermaid', 'svg', 'json']).default('text'))
    .option('-o, --output <file>', 'write it to a file, in place of standard output'))
    .addHelpText('after', '\nExamples:\n  crosswalk catalog\n  crosswalk catalog examples/sandbox --format svg -o catalog.svg')
    .action((given: string | undefined, options: CommonOptions & CatalogReportOptions) => runCommand(options, async (context) => {
      const { catalogReport } = await import('../catalog/catalog-report.js');
      return catalogReport(context, given, options);
    }));
}
