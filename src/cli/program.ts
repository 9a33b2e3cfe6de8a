import { Command } from 'commander';
import { exitCodeHelp } from './exit-codes.js';
import { registerAlerts } from './commands/alerts.js';
import { registerApply } from './commands/apply.js';
import { registerAuthorize } from './commands/authorize.js';
import { registerAudit } from './commands/audit.js';
import { registerCatalog } from './commands/catalog.js';
import { registerCheck } from './commands/check.js';
import { registerApprovals } from './commands/approvals.js';
import { registerCodecServer } from './commands/codec-server.js';
import { registerConflicts } from './commands/conflicts.js';
import { registerConnect } from './commands/connect.js';
import { registerDeadLetters } from './commands/dead-letters.js';
import { registerDemo } from './commands/demo.js';
import { registerExplain } from './commands/explain.js';
import { registerDrift } from './commands/drift.js';
import { registerHandoff } from './commands/handoff.js';
import { registerNotifications } from './commands/notifications.js';
import { registerMapping } from './commands/mapping.js';
import { registerMatches } from './commands/matches.js';
import { registerMigrate } from './commands/migrate.js';
import { registerPlan } from './commands/plan.js';
import { registerPlans } from './commands/plans.js';
import { registerQuality } from './commands/quality.js';
import { registerReconcile, registerReconciliation, registerReconciliations } from './commands/reconcile.js';
import { registerRecord } from './commands/record.js';
import { registerReset } from './commands/reset.js';
import { registerSchedules } from './commands/schedules.js';
import { registerSecrets } from './commands/secrets.js';
import { registerServer } from './commands/server.js';
import { registerStart } from './commands/start.js';
import { registerStatus } from './commands/status.js';
import { registerStrategy } from './commands/strategy.js';
import { registerSync } from './commands/sync.js';
import { registerTest } from './commands/test.js';
import { registerUndo } from './commands/undo.js';
import { registerUsage } from './commands/usage.js';
import { registerWhy } from './commands/why.js';
import { registerWorker } from './commands/worker.js';

/** createProgram builds the command line `crosswalk`; parsing throws commander's CommanderError instead of ending the process. */
export function createProgram(version: string): Command {
  const program = new Command('crosswalk')
    .description('Keeps a company\'s custom CRM in step with its other systems.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    // Options of a command stand behind its name, so that each may use the names it needs.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText('after', `\n${helpAfter}`);
  program.commandsGroup('Definitions:');
  for (const register of [registerCheck, registerExplain, registerTest, registerPlan, registerApply, registerMapping, registerConnect, registerAudit, registerCatalog, registerAuthorize, registerSecrets]) register(program);
  program.commandsGroup('Runs and records:');
  const records = [
    registerRecord, registerWhy, registerDeadLetters, registerConflicts, registerMatches, registerPlans, registerUndo, registerReconcile, registerReconciliations, registerReconciliation, registerQuality, registerDrift, registerHandoff, registerApprovals, registerNotifications, registerAlerts,
  ];
  for (const register of [registerSync, registerStatus, registerSchedules, registerStrategy, registerUsage, ...records]) register(program);
  program.commandsGroup('Processes:');
  for (const register of [registerStart, registerDemo, registerReset, registerServer, registerWorker, registerMigrate, registerCodecServer]) register(program);
  for (const command of program.commands) if (command.summary() === '') command.summary(summaryOf(command.description()));
  return program;
}

/** The list of commands has room for the beginning of a description only. */
function summaryOf(description: string): string {
  const [beginning = ''] = description.split(/[.:;]/, 1);
  return beginning.charAt(0).toLowerCase() + beginning.slice(1);
}

const helpAfter = `The database is the one that DATABASE_URL names, the Temporal server the one that the
standard Temporal variables name (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE);
without them, those of a running "npm start". Colours are used on a terminal only, and
not with NO_COLOR.

${exitCodeHelp}

"crosswalk help COMMAND" explains a command with an example.`;
