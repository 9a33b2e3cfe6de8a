import type { AuthDefinition } from '../contracts/auth-definition.js';
import type { BatchJob, BatchOperation, BodyParameters, HttpMethod, ListOperation, ObjectDefinition, OutcomeRule, Paginate, RestSystemDefinition, SystemDefinition, WriteOperation } from '../contracts/system-definition.js';
import { compileBase, compileState } from './compile-base.js';
import { compileSigning } from './compile-signing.js';
import { requiredCondition } from './compile-condition.js';
import { compileFiles } from './compile-files.js';
import { compilePostgres } from './compile-postgres.js';
import { compileSmtp } from './compile-smtp.js';
import { durationMs } from './duration.js';
import type { AuthorObject } from './schema/object-schema.js';
import type { AuthorBatch, AuthorWrite } from './schema/operation-schema.js';
import type { AnyAuthorSystem } from './schema/system-kinds.js';
import type { AuthorSystem } from './schema/system-schema.js';
import { withoutUndefined } from './without-undefined.js';

/**
 * compileSystem makes a definition that runs of one that has been checked: durations in milliseconds, shares from 0 to
 * 1, conditions parsed. References stay as they are. Throws RangeError for a definition that would not pass the check.
 */
export function compileSystem(author: AnyAuthorSystem): SystemDefinition {
  if ('baseUrl' in author) return compileRest(author);
  if ('connection' in author) return compilePostgres(author);
  return 'folder' in author ? compileFiles(author) : compileSmtp(author);
}

function compileRest(author: AuthorSystem): RestSystemDefinition {
  return {
    ...compileBase(author),
    connector: author.connector,
    baseUrl: author.baseUrl,
    headers: author.headers,
    ...(author.encoding === 'json' ? {} : { encoding: author.encoding }),
    auth: compileAuth(author.auth),
    ...(author.signing === undefined ? {} : { signing: compileSigning(author.signing) }),
    circuit: { failures: author.circuit.failures, pauseMs: durationMs(author.circuit.pause) },
    outcomes: author.outcomes.map(compileOutcome),
    objects: Object.fromEntries(Object.entries(author.objects).map(([name, object]) => [name, compileObject(object)])),
  };
}

function compileAuth(auth: AuthorSystem['auth']): AuthDefinition {
  if (auth.type !== 'oauth2') return withoutUndefined(auth);
  const {
    grant, authorizeUrl = '', clientSecret, clientAuthentication, authorizeParams, issuer, refreshTokenLifetime,
    accessTokenLifetime, tokenType, tokenEncoding, tokenParams, tokenErrors, account, ...both
  } = auth;
  if (grant === 'client_credentials') {
    const place: 'basic' | 'body' = clientAuthentication === 'body' ? 'body' : 'basic';
    return withoutUndefined({ ...both, grant, clientSecret: clientSecret ?? '', clientAuthentication: place });
  }
  const refreshTokenLifetimeMs = refreshTokenLifetime === undefined ? undefined : durationMs(refreshTokenLifetime);
  const accessTokenLifetimeMs = accessTokenLifetime === undefined ? undefined : accessTokenLifetime === 'never-ends' ? null : durationMs(accessTokenLifetime);
  return withoutUndefined({
    ...both, grant, authorizeUrl, clientSecret, clientAuthentication, authorizeParams, issuer, refreshTokenLifetimeMs,
    accessTokenLifetimeMs, tokenType, tokenEncoding: tokenEncoding === 'json' ? tokenEncoding : undefined, tokenParams, account,
    tokenErrors: tokenErrors === undefined ? undefined : withoutUndefined(tokenErrors),
  });
}

function compileOutcome(rule: AuthorSystem['outcomes'][number]): OutcomeRule {
  const { status, when, ...rest } = rule;
  return withoutUndefined({
    ...rest,
    status: typeof status === 'number' ? [status] : status,
    when: when === undefined ? undefined : requiredCondition(when),
  });
}

function compileObject(object: AuthorObject): ObjectDefinition {
  return withoutUndefined({
    list: compileList(object.list),
    get: object.get && { ...request(object.get), record: object.get.record },
    find: object.find && withoutUndefined({
      ...request(object.find), ...bodyParameters(object.find), records: object.find.records, record: object.find.record,
      partial: object.find.partial ? true as const : undefined, loose: object.find.loose ? true as const : undefined,
      single: object.find.single ? true as const : undefined, lagMs: object.find.lag === undefined ? undefined : durationMs(object.find.lag), by: mapValues(object.find.by, texts),
    }),
    since: object.since && withoutUndefined({
      param: object.since.param,
      header: object.since.header,
      list: object.since.list && compileList(object.since.list),
      value: object.since.value,
      format: object.since.format,
      field: object.since.field,
      overlapMs: durationMs(object.since.overlap),
      safetyLagMs: durationMs(object.since.safetyLag),
    }),
    flatten: object.flatten,
    lists: object.lists,
    textValues: object.textValues ? true as const : undefined,
    id: object.id,
    version: object.version,
    created: object.created,
    deleted: compileState(object.deleted),
    inactive: compileState(object.inactive),
    create: object.create && compileWrite(object.create),
    update: object.update && compileWrite(object.update),
    archive: object.archive && compileWrite(object.archive),
    delete: object.delete && compileWrite(object.delete),
  });
}

function compileList(list: AuthorObject['list']): ListOperation {
  return { ...request(list), ...bodyParameters(list), params: texts(list.params), records: list.records, paginate: compilePaginate(list.paginate) };
}

function bodyParameters({ in: place, body }: Pick<AuthorObject['list'], 'in' | 'body'>): BodyParameters {
  return place === 'body' ? { in: place, ...(body === undefined ? {} : { body }) } : {};
}

function compilePaginate(paginate: AuthorObject['list']['paginate']): Paginate {
  if (paginate.type === 'none' || paginate.type === 'page' || paginate.type === 'offset') return withoutUndefined(paginate);
  const { end, ...rest } = paginate;
  const condition = end === undefined ? {} : { end: requiredCondition(end) };
  return rest.type === 'keyset' ? withoutUndefined({ ...rest, ...condition, params: texts(rest.params) }) : withoutUndefined({ ...rest, ...condition });
}

function compileWrite(write: AuthorWrite): WriteOperation {
  const { envelope, fields, idempotencyHeader, versionHeader, record, idHeader, existing, batch } = write;
  return withoutUndefined({
    ...request(write),
    envelope,
    body: write.body,
    upsert: write.upsert ? true as const : undefined,
    fields,
    idempotencyHeader,
    versionHeader,
    record: record === 'none' ? undefined : record,
    idHeader,
    existing,
    restore: write.restore,
    batch: batch && compileBatch(batch),
  });
}

function compileBatch(batch: AuthorBatch): BatchOperation {
  const { max, items, body, item, envelope, idField, idempotencyHeader, results, key, errors, result } = batch;
  return withoutUndefined({
    ...request(batch), max, items, body, item, envelope, idField, idempotencyHeader, results, key, errors,
    trace: batch.trace ? true as const : undefined,
    job: batch.job && compileJob(batch.job),
    result: withoutUndefined(result),
  });
}

function compileJob({ id, get, done, every, within }: NonNullable<AuthorBatch['job']>): BatchJob {
  return { id, path: get, done: requiredCondition(done), everyMs: durationMs(every), withinMs: durationMs(within) };
}

const methods = [['get', 'GET'], ['post', 'POST'], ['put', 'PUT'], ['patch', 'PATCH'], ['delete', 'DELETE']] as const;

type Verbs = { readonly [verb in 'get' | 'post' | 'put' | 'patch' | 'delete']?: string | undefined };

function request(verbs: Verbs): { readonly method: HttpMethod; readonly path: string } {
  for (const [verb, method] of methods) {
    const path = verbs[verb];
    if (path !== undefined) return { method, path };
  }
  throw new RangeError('an operation has no method');
}

function texts(values: Readonly<Record<string, string | number | boolean>>): Readonly<Record<string, string>> {
  return mapValues(values, String);
}

function mapValues<V, R>(values: Readonly<Record<string, V>>, change: (value: V) => R): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
