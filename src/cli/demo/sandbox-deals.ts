import type { JsonObject } from '../../contracts/json.js';
import { CommandError } from '../command-error.js';

/** Deal is a deal of the sandbox's CRM, as far as the demonstration looks at it. */
export interface Deal {
  readonly id: string;
  readonly name: string;
  readonly amount: number;
  readonly currency: string;
  readonly stage: string;
}

/** Wanted is which open deal is looked for. */
export interface Wanted {
  /** Whether the amount is at least `bound`; without them any will do. */
  readonly large?: boolean;
  readonly bound?: number;
  readonly stages?: readonly string[];
}

const openStages: readonly string[] = ['qualification', 'proposal', 'negotiation'];

const ANSWER_WITHIN_MS = 10_000;

/** openDeal is a deal that is neither won nor lost, and as it is wanted; undefined where there is none. */
export async function openDeal(sandboxUrl: string, { large, bound = 0, stages = openStages }: Wanted): Promise<Deal | undefined> {
  const text = await (await admin(sandboxUrl, 'GET', '/crm/deals/state')).text();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { id, name, amount, currency, stage, status, account_id: account } = JSON.parse(line) as JsonObject;
    const value = Number(amount);
    if (status !== 'active' || typeof stage !== 'string' || !stages.includes(stage) || typeof account !== 'string' || typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) continue;
    if (typeof id === 'string' && typeof name === 'string' && value > 0 && (large === undefined || value >= bound === large)) return { id, name, amount: value, currency, stage };
  }
  return undefined;
}

/** putIntoStage sets the stage of a deal, as a person would; the CRM then sends its webhook. */
export async function putIntoStage(sandboxUrl: string, id: string, stage: string): Promise<void> {
  await admin(sandboxUrl, 'POST', '/crm/deals/touch', { ids: [id], fields: { stage } });
}

async function admin(sandboxUrl: string, method: string, path: string, body?: unknown): Promise<Response> {
  const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`${sandboxUrl}/_admin${path}`, { method, ...json, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch((error: unknown) => {
    throw new CommandError('The sandbox does not answer.', { where: sandboxUrl, todo: 'Look at the terminal of "npm start", or start it again.', cause: error });
  });
  if (!answer.ok) throw new CommandError(`The sandbox answers ${method} ${path} with ${answer.status}.`, { where: sandboxUrl });
  return answer;
}
