import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Decision } from '../../contracts/approval.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { registerDelegations } from './approval-delegations.js';
import { wholeNumber } from './whole-number.js';

interface AnswerOptions extends CommonOptions {
  readonly hash: string;
  readonly as?: string;
  readonly comment?: string;
}

/** registerApprovals adds `crosswalk approvals` with `approve`, `reject` and the commands of delegations. */
export function registerApprovals(program: Command): void {
  const command = withCommonOptions(program.command('approvals')
    .summary('list the questions that wait for people, and answer')
    .description('List the questions that wait for people: what is shown, who may answer, how many must, and until when.')
    .option('--limit <n>', 'how many to list', wholeNumber(1, 1_000), 20))
    .addHelpText('after', '\nAn answer is bound to the hash of what was shown; where that has changed it is asked again.\n\nExample:\n  crosswalk approvals')
    .action((options: CommonOptions & { readonly limit: number }) => runCommand(options, async (context) => {
      const { approvalsReport } = await import('../approvals/approvals-report.js');
      return approvalsReport(context, options.limit);
    }));
  const registerAnswer = (decision: Decision, description: string): void => {
    withCommonOptions(command.command(decision)
      .summary(`${decision} what is asked`)
      .description(description)
      .argument('<id>', 'id of the approval')
      .requiredOption('--hash <hash>', 'hash of what was shown, or at least its first 12 digits')
      .option('--as <name>', 'who answers (default: the user of the operating system)')
      .option('--comment <text>', 'what to say to it'))
      .addHelpText('after', `\nExample:\n  crosswalk approvals ${decision} 0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70 --hash 9f86d081884c --as vera`)
      .action((id: string, _options: AnswerOptions, answer: Command) => runCommand(answer.optsWithGlobals<AnswerOptions>(), async (context) => {
        const { hash, as = userInfo().username, comment } = answer.optsWithGlobals<AnswerOptions>();
        const { answerReport } = await import('../approvals/answer-report.js');
        return answerReport(context, { id, decision, hash, person: as, ...(comment === undefined ? {} : { comment }) });
      }));
  };
  withCommonOptions(command.command('show')
    .summary('show a question with its answers')
    .description('Show a question: who was told of it, who answered what, in whose place, and what became of it.')
    .argument('<id>', 'id of the approval'))
    .addHelpText('after', '\nExample:\n  crosswalk approvals show 0198f3c2-5a31-7c7e-9d0b-8f4a1c2e6b70')
    .action((id: string, _options: CommonOptions, show: Command) => runCommand(show.optsWithGlobals<CommonOptions>(), async (context) => {
      const { showApprovalReport } = await import('../approvals/show-report.js');
      return showApprovalReport(context, id);
    }));
  registerDelegations(command);
  registerAnswer('approve', 'Approve what is asked. As many persons as the quorum says must.');
  registerAnswer('reject', 'Reject what is asked. One rejection ends it.');
}
