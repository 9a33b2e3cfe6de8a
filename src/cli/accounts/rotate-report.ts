import { reseal } from '../../accounts/reseal.js';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { counted } from '../terminal/wording.js';
import { openAccountSession } from './account-session.js';

/** rotateReport seals the stored credentials with the first of the sealing keys. */
export async function rotateReport({ session }: CommandContext): Promise<Report> {
  const accounts = await openAccountSession(session);
  try {
    const ring = accounts.keys();
    const { firstId } = ring;
    if (firstId === undefined) throw new CommandError('No sealing key is set.', { todo: 'Set CROSSWALK_SEALING_KEYS; see docs/secrets.md, "Sealing keys".', exitCode: exitCodes.usage });
    const { resealed, already, unreadable } = await reseal(await session.database(), ring);
    return {
      data: { key: firstId, resealed, already, unreadable },
      text: ({ colors }) => [
        `Sealed with "${firstId}": ${counted(resealed.length, 'account')} anew, ${counted(already.length, 'account')} before.`,
        ...unreadable.map(({ system, reason }) => colors.red(`${printable(system)}: ${reason}`)),
        ...(unreadable.length === 0 ? ['Other keys are needed no more for stored accounts.'] : []),
      ].join('\n'),
      ...(unreadable.length === 0 ? {} : { exitCode: exitCodes.failed }),
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'SealingKeyError') throw new CommandError(error.message, { todo: 'See docs/secrets.md, "Sealing keys".', exitCode: exitCodes.usage, cause: error });
    throw error;
  } finally {
    await accounts.close();
  }
}
