import { InvalidArgumentError, type Command } from 'commander';
import type { AuditReportOptions } from '../audit/audit-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

/** registerAudit adds `crosswalk audit`. */
export function registerAudit(program: Command): void {
  withCommonOptions(program.command('audit')
    .summary('ask a system what it can do, and measure it')
    .description('Ask a system what it can do before anything is built on it: objects, paging, filters, errors, how deletes show, and at a test system or sandbox where it begins to refuse. Reads only, unless --writes is given. Recommends how to keep it in step.')
    .argument('<system>', 'name of the system')
    .option('--definitions <folder>', 'folder of definitions (default: $CROSSWALK_DEFINITIONS, ./definitions, ./examples/sandbox)')
    .option('--records <n>', 'how many records it holds: how long does a full read take?', wholeNumber(1, 999_999_999))
    .option('--every <duration>', 'with --records: how often a full read is wanted, as in 5m')
    .option('--openapi <file>', 'OpenAPI document of the API: its actions are listed')
    .option('--writes <file>', 'JSON with the fields of one record by object: it is made, changed and taken away again; at a test system or sandbox only, and through the ledger')
    .option('--no-load', 'do not measure rising load; it is measured at a test system or sandbox only')
    .option('--concurrency <n>', 'most requests that are open at the same time', wholeNumber(1, 64), 8)
    .option('--max-requests <n>', 'most requests that are sent', wholeNumber(1, 100_000), 2_500)
    .option('--max-time <duration>', 'longest time it takes', durationOption, '2m')
    .option('-o, --out <folder>', 'write audit-SYSTEM.md and audit-SYSTEM.json there'))
    .addHelpText('after', '\nExamples:\n  crosswalk audit desk\n  crosswalk audit crm --records 100000 --every 5m --out reports\n  crosswalk audit desk --writes trial.json      # {"user": {"name": "Trial of an audit"}}')
    .action((system: string, options: CommonOptions & AuditReportOptions) => runCommand(options, async (context) => {
      const { auditReport } = await import('../audit/audit-report.js');
      return auditReport(context, system, options);
    }));
}

function durationOption(text: string): string {
  if (/^[1-9][0-9]{0,5}(s|m|h)$/.test(text)) return text;
  throw new InvalidArgumentError('Expected a duration such as 90s or 2m.');
}
