import { createHash } from 'node:crypto';
import type { Purpose } from '../../contracts/budget.js';
import type { BeforeSend, Connector, WriteItem, WriteResult } from '../../contracts/connector.js';
import type { SmtpSystemDefinition } from '../../contracts/smtp-definition.js';
import { SystemError } from '../../contracts/system-error.js';
import { classifyConnection } from '../../http/classify.js';
import { rulesOf } from '../../egress/network-rules.js';
import { createCredentials } from '../../http/credentials.js';
import { createFailureMaker, whatHappened, type FailureFacts } from '../../http/failure.js';
import { AddressRefused, permittedAddress } from '../../http/guarded-connect.js';
import { judgeSituation, type Operation, type Situation } from '../../http/outcome-table.js';
import { sendMail, type MailEnd, type MailServer } from '../../mail/send-mail.js';
import type { OpenSystem, SystemDependencies } from '../open-system.js';
import { writeDone, writeFailed } from '../write-result.js';
import { readMessage, UnusableMessageError, type ReadMessage } from './read-message.js';

const REQUEST = 'send message';

/** openSmtpSystem opens a mail server; each message goes over a connection of its own. */
export function openSmtpSystem(definition: SmtpSystemDefinition, dependencies: SystemDependencies): OpenSystem {
  return { connector: (purpose) => createSmtpConnector(definition, dependencies, purpose), close: async () => undefined };
}

function createSmtpConnector(definition: SmtpSystemDefinition, { resolve, secrets, budget, log, networkAllow, lookup }: SystemDependencies, purpose: Purpose): Connector {
  const { system, limits } = definition;
  const fail = createFailureMaker(system, (text) => secrets.redact(text));
  const credentials = createCredentials(resolve, secrets, fail);
  // The same message sent again is one of the same Message-ID, which mail programs show once; but the server does not check it.
  const operation: Operation = definition.duplicates === 'accept' ? 'keyed-create' : 'create';
  const failed = (facts: Omit<FailureFacts, 'request'>): WriteResult => writeFailed(fail({ ...facts, request: REQUEST }));

  const server = (): MailServer => ({
    host: credentials.plain(definition.host), port: definition.port, tls: definition.tls, timeoutMs: limits.timeoutMs,
    ...(definition.username === undefined ? {} : { username: credentials.read(definition.username) }),
    ...(definition.password === undefined ? {} : { password: credentials.secret(definition.password) }),
  });
  /** The address that was judged is the one that is connected to; the certificate must be the host's all the same. */
  const judged = async (target: MailServer): Promise<MailServer | WriteResult> => {
    try {
      return { ...target, address: await permittedAddress(target.host, rulesOf(definition.network, networkAllow), lookup) };
    } catch (error) {
      const situation = classifyConnection(error, false);
      return bySituation(situation, whatHappened(situation, null, error instanceof AddressRefused ? error.why : ''));
    }
  };
  const bySituation = (situation: Situation, what: string, text: string | null = null): WriteResult => failed({ ...judgeSituation(situation, operation), what, text });
  const resultOf = (end: MailEnd, messageId: string): WriteResult => {
    if (end.kind === 'taken') return writeDone(null, messageId, null);
    if (end.kind === 'lost') {
      // Whoever accepts duplicates has it sent again; nobody can ask a mail server what became of it.
      if (definition.duplicates === 'accept') return failed({ outcome: 'retry', code: 'connection-lost', what: 'got no answer; it is sent again under the same Message-ID' });
      return bySituation('lost', whatHappened('lost', null, ''));
    }
    if (end.kind === 'refused') {
      const situation = end.isLogin ? 'forbidden' : end.code >= 500 ? 'refused' : 'unavailable';
      return bySituation(situation, `was answered with ${end.code}${end.isLogin ? '; the credentials were refused' : ''}`, end.response);
    }
    if (end.why === 'no-encryption') return bySituation('certificate-invalid', 'was not sent: the server offers no encryption; ask for it there, or correct tls');
    const situation = end.why === 'untrusted' ? 'certificate-invalid' : classifyConnection(end.cause, false);
    return bySituation(situation, whatHappened(situation, null, ''));
  };

  const sendOne = async (message: ReadMessage, key: string, signal: AbortSignal, ready: () => Promise<boolean>): Promise<WriteResult> => {
    const permit = await budget.acquire(purpose, signal);
    const startedAt = performance.now();
    try {
      const target = await judged(server());
      if ('outcome' in target) return target;
      if (!(await ready())) return failed({ outcome: 'retry', code: 'aborted', what: 'was not sent: it was called off at the last moment' });
      const messageId = messageIdOf(definition, key);
      const result = resultOf(await sendMail(target, { ...message, from: credentials.plain(definition.from), messageId: `<${messageId}>` }, signal), messageId);
      log.debug({ system, outcome: result.outcome, ms: Math.round(performance.now() - startedAt) }, 'message');
      return result;
    } finally {
      permit.release();
    }
  };

  return {
    system,
    // oxlint-disable-next-line require-yield -- there is nothing to give
    async *list() {
      throw unreadable(fail);
    },
    get: () => Promise.reject(unreadable(fail)),
    find: () => Promise.reject(unreadable(fail)),
    async write(object, items, signal, beforeSend) {
      requireMessage(definition, object);
      const results: WriteResult[] = [];
      for (const [position, item] of items.entries()) results.push(await writeOne(item, position, signal, beforeSend));
      return results;
    },
    batchSize: (object, kind) => (requireMessage(definition, object) && kind === 'create' ? 1 : 0),
    sendsIdempotencyKey: () => definition.duplicates === 'accept',
  };

  async function writeOne(item: WriteItem, position: number, signal: AbortSignal, beforeSend?: BeforeSend): Promise<WriteResult> {
    if (item.kind !== 'create') throw new Error(`A message of ${system} can only be created.`);
    try {
      const message = readMessage(item.fields, definition.recipients);
      return await sendOne(message, item.idempotencyKey, signal, async () => beforeSend === undefined || beforeSend([position]));
    } catch (error) {
      if (error instanceof UnusableMessageError) return failed({ outcome: 'park', code: 'unexpected-shape', what: `was not sent: ${error.message}` });
      if (error instanceof SystemError) return writeFailed(error);
      // Nothing was sent yet: waiting for the permit was given up, or the ledger could not take the intent.
      return failed({ outcome: 'retry', code: 'aborted', what: `was not sent: it could not be made ready (${error instanceof Error ? error.message : 'unknown error'})` });
    }
  }
}

/** messageIdOf is the Message-ID of a write, without its angle brackets: the same for the same idempotency key. */
export function messageIdOf({ system, from }: Pick<SmtpSystemDefinition, 'system' | 'from'>, idempotencyKey: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'crosswalk.invalid';
  return `${createHash('sha256').update(`${system}\n${idempotencyKey}`).digest('hex').slice(0, 40)}@${domain}`;
}

function requireMessage({ system, objects }: SmtpSystemDefinition, object: string): true {
  if (Object.hasOwn(objects, object)) return true;
  throw new Error(`The system ${system} has no object '${object}'.`);
}

function unreadable(fail: (facts: FailureFacts) => SystemError): SystemError {
  return fail({ outcome: 'fail', code: 'unexpected-shape', what: 'is all that a mail server can do; it has nothing to read', request: REQUEST });
}
