import { compileDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { minimalFile } from '../../unit/config/connector/minimal-file.js';
import type { Subject } from './context.js';
import { changes, dates, documentAnswers, lookUps, paging, unknownFields } from './read-checks.js';
import { judged, requestsOf } from './request-check.js';
import { credentials, rateLimits, refresh, secrets } from './traffic-checks.js';
import { itemErrors, money, once, writes } from './write-checks.js';

/** Check is one thing that every connector has to do; it throws for what is wrong, or gives a list of it. */
export interface Check {
  readonly name: string;
  /** What it shows, for people. */
  readonly shows: string;
  /** Whether it needs the vendor's document. */
  readonly document?: true;
  readonly run: (subject: Subject, document: string | undefined) => Promise<void | readonly string[]>;
}

/** checks are all of them, in the order in which they run; the last one looks at the requests of the others. */
export const checks: readonly Check[] = [
  { name: 'definition', shows: 'passes the check with a minimal file, in each way to authenticate', run: definition },
  { name: 'credentials', shows: 'tells good credentials from bad and expired ones', run: credentials },
  { name: 'refresh', shows: 'fetches one new token for many requests whose token was refused', run: refresh },
  { name: 'paging', shows: 'reads lists of 0, 1, a page and a page + 1 records', run: paging },
  { name: 'changes', shows: 'reads what changed since a time, and goes on from every page', run: changes },
  { name: 'look-ups', shows: 'asks for records by every field it can, whatever characters the value has', run: lookUps },
  { name: 'unknown fields', shows: 'hands on fields that nobody expects', run: unknownFields },
  { name: 'dates', shows: 'reads the same instant however its zone is written', run: dates },
  { name: 'writes', shows: 'creates, changes and puts away records, one by one and in batches', run: writes },
  { name: 'once', shows: 'makes one record of a create whose answer was lost', run: once },
  { name: 'item errors', shows: 'parks the one bad record of several', run: itemErrors },
  { name: 'money', shows: 'writes and reads amounts digit by digit', run: money },
  { name: 'rate limits', shows: 'waits as every form of Retry-After says', run: rateLimits },
  { name: 'secrets', shows: 'keeps credentials out of logs, errors, answers and URLs', run: secrets },
  { name: 'answers', shows: "reads the answers that the vendor's document gives as examples", document: true, run: documentAnswers },
  { name: 'requests', shows: "sends no request that the vendor's document refuses, and uses every operation", document: true, run: requestsOf },
  { name: 'judged', shows: "has bodies that the vendor's document judges: it refuses wrong ones", document: true, run: judged },
];

async function definition(subject: Subject): Promise<void> {
  for (const text of minimalFile(subject.connector)) {
    const { findings } = compileDefinitions(parseDefinitions('mine.yaml', text), '.', { checkEnvironment: false, connectors: new Map([[subject.connector.name, subject.connector]]) });
    if (findings.length > 0) throw new Error(findings.map(formatFinding).join('\n'));
  }
}
