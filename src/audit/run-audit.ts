import type { AuditBounds, AuditReport, ErrorShape, LoadFacts, ObjectFacts, WriteTrial } from '../contracts/audit.js';
import type { JsonObject } from '../contracts/json.js';
import type { AuthDefinition } from '../contracts/auth-definition.js';
import type { RestSystemDefinition } from '../contracts/system-definition.js';
import { adviseStrategy } from '../domain/audit/strategy-advice.js';
import { estimateFullRead } from '../domain/audit/full-read.js';
import { askForMissingId, askWithWrongCredential, askWithWrongParameter } from './ask-wrongly.js';
import { openAccess, type AuditAccess } from './audit-access.js';
import { lookAtObject } from './look-at-object.js';
import { measureLoad } from './measure-load.js';
import { tryWrites, type TrialLedger } from './try-writes.js';
import { createMeter, type Meter } from './meter.js';

/** AuditOptions says what is audited, and how much may be asked. */
export interface AuditOptions {
  readonly definition: RestSystemDefinition;
  /** Resolves the references of a text of the definition; throws where it cannot. */
  readonly resolve: (text: string) => string;
  /** What may be connected to besides public addresses. */
  readonly networkAllow: readonly string[];
  readonly bounds: AuditBounds;
  /** Whether load is measured; only sensible at a system on whose data nothing hangs. */
  readonly load: boolean;
  readonly records: number | null;
  readonly everyMs: number | null;
  /** Actions of the API's OpenAPI document. */
  readonly actions: readonly string[];
  /** What is made once and taken away again, by object; only sensible at a system on whose data nothing hangs. */
  readonly writes?: { readonly fields: ReadonlyMap<string, JsonObject>; readonly ledger: TrialLedger; readonly newId: () => string };
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string, requests: number) => void;
}

/** runAudit asks a system what it can do, reading only, and reports it; what cannot be asked is said in the report. */
export async function runAudit(options: AuditOptions): Promise<AuditReport> {
  const { definition, bounds, resolve, signal } = options;
  const meter = createMeter(bounds, signal);
  const access = openAccess({ definition, resolve, networkAllow: options.networkAllow, meter, concurrency: bounds.concurrency });
  const say = (text: string): void => { options.onProgress(text, meter.requests()); };
  try {
    const { facts, errors } = await lookAround(access, meter, definition, say);
    const notMeasured = [...unasked(definition, facts, errors, options.writes !== undefined)];
    const trials = await trialsOf(options, access, meter, say);
    const load = await loadOf(options, access, meter, facts, notMeasured, say);
    signal.throwIfAborted();
    return report(options, meter, { facts, errors, trials, load, notMeasured });
  } finally {
    await access.close();
  }
}

async function lookAround(access: AuditAccess, meter: Meter, definition: RestSystemDefinition, say: (text: string) => void): Promise<{ facts: ObjectFacts[]; errors: ErrorShape[] }> {
  const facts: ObjectFacts[] = [];
  const errors: (ErrorShape | undefined)[] = [];
  for (const [name, object] of Object.entries(definition.objects)) {
    if (meter.left() <= 0) break;
    say(`looking at ${name}`);
    const look = await lookAtObject(access, meter, name, object);
    facts.push(look.facts);
    if (look.facts.firstPage === null) continue;
    errors.push(await askForMissingId(access, meter, name, object, look.id), await askWithWrongParameter(access, meter, name, object));
  }
  const readable = facts.find(({ firstPage }) => firstPage !== null);
  if (readable !== undefined && meter.left() > 0) {
    say('asking with a wrong credential');
    errors.push(await askWithWrongCredential(access, meter, definition, readable.object));
  }
  return { facts, errors: errors.filter((error) => error !== undefined) };
}

function unasked({ objects, auth }: RestSystemDefinition, facts: readonly ObjectFacts[], errors: readonly ErrorShape[], writes: boolean): string[] {
  const skipped = Object.keys(objects).filter((name) => !facts.some(({ object }) => object === name));
  return [
    ...(skipped.length === 0 ? [] : [`The bounds were reached before ${skipped.join(', ')} could be looked at.`]),
    ...(errors.some(({ asked }) => asked === 'wrong credential') ? [] : [
      auth.type === 'login' ? 'A wrong password was not tried, since it could lock the account.' : 'A wrong credential was not tried.',
    ]),
    ...(writes ? [] : ['Nothing was written, so how writes are answered is not known.']),
  ];
}

async function loadOf(options: AuditOptions, access: AuditAccess, meter: Meter, facts: readonly ObjectFacts[], notMeasured: string[], say: (text: string) => void): Promise<LoadFacts | null> {
  if (!options.load) {
    notMeasured.push('Load was not measured: that is done at a system only whose definition says "environment: sandbox" or "environment: test".');
    return null;
  }
  // The fullest page shows best what reading costs.
  const [fullest] = facts.filter(({ firstPage }) => firstPage !== null).toSorted((a, b) => (b.firstPage ?? 0) - (a.firstPage ?? 0));
  if (fullest === undefined) {
    notMeasured.push('Load was not measured: no object could be read.');
    return null;
  }
  return measureLoad({ access, meter, object: fullest.object, concurrency: options.bounds.concurrency, onProgress: (text) => { say(`load on ${fullest.object}: ${text}`); } });
}

async function trialsOf({ definition, writes }: AuditOptions, { connector }: AuditAccess, meter: Meter, say: (text: string) => void): Promise<WriteTrial[]> {
  const trials: WriteTrial[] = [];
  for (const [object, fields] of writes?.fields ?? []) {
    const described = definition.objects[object];
    if (writes === undefined || described?.create === undefined || meter.left() < 10) continue;
    say(`making and removing one ${object}`);
    trials.push(await tryWrites({ connector, object, definition: described, fields, ledger: writes.ledger, newId: writes.newId, signal: meter.signal }));
  }
  return trials;
}

/** Findings is what an audit has found out. */
interface Findings {
  readonly facts: readonly ObjectFacts[];
  readonly errors: readonly ErrorShape[];
  readonly trials: readonly WriteTrial[];
  readonly load: LoadFacts | null;
  readonly notMeasured: readonly string[];
}

function report(options: AuditOptions, meter: Meter, { facts: objects, errors, trials, load, notMeasured }: Findings): AuditReport {
  const { definition, bounds, records, everyMs } = options;
  const { limits } = definition;
  const declared = { requestsPerSecond: limits.requestsPerSecond ?? null, burst: limits.burst, concurrency: limits.concurrency };
  const read = objects.filter(({ firstPage }) => firstPage !== null);
  const largest = read.toSorted((a, b) => (b.firstPage ?? 0) - (a.firstPage ?? 0))[0];
  const canAskForChanges = read.length > 0 && read.every(({ sinceWorks }) => sinceWorks === 'yes');
  // A full first page shows how many records come at once, whatever was asked for.
  const pageSize = largest === undefined ? 1 : largest.pagingWorks === 'yes' ? Math.max(1, largest.firstPage ?? 1) : Math.max(1, largest.pageSize);
  const fullRead = records === null || largest === undefined ? null : estimateFullRead({
    records, everyMs, pageSize, pageMs: largest.firstPageMs ?? 0, reserve: limits.reserve, canAskForChanges,
    requestsPerSecond: lowest(declared.requestsPerSecond, load?.throttle?.sustainedPerSecond ?? null),
  });
  return {
    system: definition.system, title: definition.title, environment: definition.environment ?? 'production', at: options.now.toISOString(),
    bounds, used: { requests: meter.requests(), timeMs: meter.elapsedMs() },
    auth: authText(definition.auth), webhooks: definition.webhooks === undefined ? null : definition.webhooks.verify.scheme,
    declared, objects, actions: options.actions, errors, trials, load, notMeasured, fullRead,
    advice: adviseStrategy({
      hasWebhooks: definition.webhooks !== undefined, canAskForChanges, marksDeletes: read.length > 0 && read.every(({ deletes }) => deletes.by === 'mark'),
      pageSize, fullReadSeconds: fullRead?.seconds ?? null, declared, load,
    }),
  };
}

function lowest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function authText(auth: AuthDefinition): string {
  switch (auth.type) {
    case 'none': return 'none';
    case 'api-key': return `API key in the ${auth.in} ${auth.name}`;
    case 'basic': return 'user name and password with every request (Basic)';
    case 'bearer': return 'fixed Bearer token';
    case 'oauth2': return 'OAuth 2.0, client credentials';
    default: return `login at ${auth.post}`;
  }
}
