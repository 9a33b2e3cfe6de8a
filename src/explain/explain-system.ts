import type { AuthDefinition } from '../contracts/auth-definition.js';
import type { ObjectCapabilities, SystemDefinition } from '../contracts/system-definition.js';
import { conditionWords } from './condition-words.js';
import { line, section, type Explanation, type ExplanationLine } from './explanation.js';
import { many, named, series, share, span } from './words.js';

const AUTHENTICATION: Readonly<Record<AuthDefinition['type'], string>> = {
  none: 'without credentials', 'api-key': 'with an API key', basic: 'with a user name and a password', bearer: 'with a token',
  oauth2: 'with OAuth 2 as a client of its own', login: 'by a login that gives a token',
};

/** explainSystem says in plain sentences how a system is reached, what it is asked for, and what can be done with its records. */
export function explainSystem(system: SystemDefinition): Explanation {
  const { limits, retry, webhooks, owner } = system;
  return {
    title: system.title, subject: `system ${system.system}`,
    sections: [
      ...section('How it is reached', [
        `${placeOf(system)} Secrets are read when they are needed, and are in no definition.`,
        owner === undefined ? undefined : `The department ${owner} answers for it.`,
        `Dates without a zone are taken to be of ${system.timeZone}.`,
      ]),
      ...section('What it is asked for', [
        limits.requestsPerSecond === undefined ? 'As much as it allows: when it says that it is too much, all workers wait.' : `At most ${many(limits.requestsPerSecond, 'request')} a second by all workers together${limits.reserve > 0 ? `; ${share(limits.reserve)} of them are kept for handoffs` : ''}.`,
        `At most ${many(limits.concurrency, 'request')} at a time; each may take ${span(limits.timeoutMs)}.`,
        `What fails is tried again after ${series(retry.scheduleMs.map(span))}, or later where the system says so.`,
      ]),
      ...section('Webhooks', [webhooks === undefined ? 'It announces nothing; changes are found by asking.' : 'It announces changes. An announcement is believed only where its signature or secret is right, and only as a hint: the record is read anew.']),
      ...section('Records', Object.entries(system.objects).map(([name, object]) => objectLine(name, object))),
    ],
  };
}

function placeOf(system: SystemDefinition): string {
  switch (system.medium) {
    case 'postgres': return 'It is a PostgreSQL database; its records are rows of tables or views.';
    case 'files': return 'It is a folder of CSV files.';
    case 'smtp': return `It is the mail server ${system.host}; it can only be given messages.`;
    default: return `At ${system.baseUrl}, ${AUTHENTICATION[system.auth.type]}.`;
  }
}

function objectLine(name: string, object: ObjectCapabilities): ExplanationLine {
  const can = (['create', 'update', 'archive', 'delete'] as const).filter((kind) => object[kind] !== undefined);
  return line(`${named(name)}: can be read${can.length === 0 ? ' only' : `, ${series(can.map((kind) => VERBS[kind]))}`}.`, [
    ...(object.find === undefined ? [] : [line(`It can be looked up by ${series(Object.keys(object.find.by).map(named), 'or')}.`)]),
    ...(object.since === undefined ? [line('It cannot be asked for what has changed; everything is read each time.')] : []),
    ...(object.deleted === undefined ? [] : [line(`It counts as deleted where ${conditionWords(object.deleted)}.`)]),
    ...(object.inactive === undefined ? [] : [line(`It counts as inactive where ${conditionWords(object.inactive)}.`)]),
  ]);
}

const VERBS = { create: 'made', update: 'changed', archive: 'archived', delete: 'deleted' } as const;
