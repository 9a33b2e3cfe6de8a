import type { JsonObject } from '../../src/contracts/json.js';
import type { Op } from '../../src/sandbox/engine/op-log.js';

/** OpFilter narrows an op log. */
export interface OpFilter {
  /** Only ops after this one. */
  readonly after?: number;
  readonly object?: string;
  readonly by?: Op['by'];
}

/** SandboxAccess is the sandbox's admin API, which tests prepare and judge by. */
export class SandboxAccess {
  constructor(readonly url: string) {}

  /** admin calls the admin API, as in `admin('POST', '/seed', { … })`, and gives the JSON or the text of the answer; throws with what was answered. */
  async admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}/_admin${path}`, {
      method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /_admin${path} was answered with ${answer.status} ${text.slice(0, 500)}`);
    return answer.headers.get('content-type')?.includes('application/json') === true ? JSON.parse(text) : text;
  }

  /** records gives all records of an object, those that are archived or marked as deleted included. */
  async records(system: string, object: string): Promise<JsonObject[]> {
    return lines<JsonObject>(await this.admin('GET', `/${system}/${object}/state`));
  }

  /** ops gives what a system has executed, oldest first. */
  async ops(system: string, { after = 0, object, by }: OpFilter = {}): Promise<Op[]> {
    const query = new URLSearchParams({ after: String(after), ...(object === undefined ? {} : { object }), ...(by === undefined ? {} : { by }) });
    return lines<Op>(await this.admin('GET', `/${system}/log?${query.toString()}`));
  }

  /** lastOp is the number of the newest op of a system, 0 before the first: what comes after it is new. */
  async lastOp(system: string): Promise<number> {
    const stats = await this.admin('GET', '/stats') as { readonly systems: Readonly<Record<string, { readonly lastSeq: number }>> };
    const known = stats.systems[system];
    if (known === undefined) throw new Error(`The sandbox has no system "${system}".`);
    return known.lastSeq;
  }
}

function lines<Line>(text: unknown): Line[] {
  if (typeof text !== 'string') throw new TypeError('lines of JSON were expected');
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}
