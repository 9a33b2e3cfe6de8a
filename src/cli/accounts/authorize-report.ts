import { setTimeout as sleep } from 'node:timers/promises';
import { AuthorizationRefusedError } from '../../accounts/authorization-answer.js';
import { authorizationForMs } from '../../accounts/authorizer.js';
import type { Database } from '../../store/database.js';
import { findConnection } from '../../store/oauth-connections.js';
import { badInput, CommandError } from '../command-error.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { openAccountSession } from './account-session.js';
import { listenOnLoopback } from './loopback-listener.js';

/** AuthorizeInput is what `crosswalk authorize` is told. */
export interface AuthorizeInput {
  readonly system: string;
  readonly by: string;
  readonly loopback: boolean;
  readonly returnTo: string | null;
}

const LOOK_EVERY_MS = 500;

/** authorizeReport has a person connect an account: it shows where access is allowed, and waits until it was. */
export async function authorizeReport(context: CommandContext, input: AuthorizeInput): Promise<Report> {
  const { session } = context;
  const accounts = await openAccountSession(session);
  try {
    const database = await session.database();
    const before = (await findConnection(database, input.system))?.generation ?? 0;
    const deadline = AbortSignal.any([context.signal, AbortSignal.timeout(authorizationForMs)]);
    if (input.loopback) {
      const listener = await listenOnLoopback();
      try {
        const begun = await accounts.authorizer.beginHere(input.system, listener.redirectUri, input.by);
        invite(context, input.system, begun.url.href);
        await listener.answered((answer) => begun.finish(answer), deadline);
      } finally {
        listener.close();
      }
    } else {
      const publicUrl = serverUrl(context);
      const ticket = await accounts.authorizer.beginAtServer(input.system, publicUrl, input.by, input.returnTo);
      invite(context, input.system, `${publicUrl}/oauth/start/${ticket}`);
      await connectedAfter(database, input.system, before, deadline);
    }
    return await connectedReport(database, input.system);
  } catch (error) {
    if (error instanceof AuthorizationRefusedError) throw badInput(error.message, { todo: 'See "crosswalk help authorize".' });
    if (error instanceof Error && error.name === 'TimeoutError') throw new CommandError('Nobody has allowed access within ten minutes.', { todo: `Run "crosswalk authorize ${input.system}" again.`, cause: error });
    if (error instanceof Error && error.name === 'SealingKeyError') throw new CommandError(error.message, { todo: 'See docs/secrets.md, "Sealing keys".', cause: error });
    throw error;
  } finally {
    await accounts.close();
  }
}

function invite({ terminal }: CommandContext, system: string, url: string): void {
  terminal.note(`Open this address in a browser, within ten minutes, and allow access to ${printable(system)}:\n\n  ${printable(url)}\n`);
}

function serverUrl({ session }: CommandContext): string {
  const { CROSSWALK_PUBLIC_URL: given = '' } = session.environment();
  const url = given === '' ? session.instance()?.apiUrl : given;
  if (url !== undefined) return url.replace(/\/+$/, '');
  throw badInput('It is not known under which address the server is reached.', { todo: 'Set CROSSWALK_PUBLIC_URL as for the server, or add --loopback where the browser is on this machine.' });
}

async function connectedAfter(database: Database, system: string, before: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const found = await findConnection(database, system);
    if (found !== undefined && found.state === 'connected' && found.generation > before) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => { throw signal.reason; });
  }
}

async function connectedReport(database: Database, system: string): Promise<Report> {
  const found = await findConnection(database, system);
  const { scope = null, refreshExpiresAt = null } = found ?? {};
  return {
    data: { system, state: found?.state ?? null, scope, refreshExpiresAt },
    text: () => [
      `The account of ${printable(system)} is connected${scope === null ? '' : `, for ${printable(scope)}`}. Work that waited for it goes on by itself.`,
      ...(refreshExpiresAt === null ? [] : [`It has to be authorized again before ${refreshExpiresAt.toISOString().slice(0, 10)}.`]),
    ].join('\n'),
  };
}
