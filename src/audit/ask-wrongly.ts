import type { ErrorShape } from '../contracts/audit.js';
import type { AuthDefinition } from '../contracts/auth-definition.js';
import type { ObjectDefinition, Paginate, RestSystemDefinition } from '../contracts/system-definition.js';
import { jsonShape } from '../domain/audit/json-shape.js';
import type { HttpClient, HttpRequest } from '../http/client-types.js';
import { headerText } from '../http/header-text.js';
import type { AuditAccess } from './audit-access.js';
import type { Meter } from './meter.js';

const WRONG = 'crosswalk-audit-wrong';

/** askForMissingId asks for a record that is not there. */
export async function askForMissingId({ client }: AuditAccess, { signal }: Meter, name: string, object: ObjectDefinition, like: string | null): Promise<ErrorShape | undefined> {
  if (object.get === undefined) return undefined;
  const { method, path } = object.get;
  const request: HttpRequest = { method, path: client.resolve(path).replaceAll('{id}', missingIdLike(like)), operation: 'read', answer: 'optional', purpose: 'sync', signal };
  return shapeOf(client, request, 'missing id', name, (status) => (status === 404 || status === 410
    ? `A record that is not there is answered with ${status}, as it should be.`
    : 'A record that is not there is not answered with 404: look whether an outcome rule is needed.'));
}

/** askWithWrongParameter asks for a page of a size that is no number. */
export async function askWithWrongParameter({ client }: AuditAccess, { signal }: Meter, name: string, { list }: ObjectDefinition): Promise<ErrorShape | undefined> {
  const parameter = sizeParameter(list.paginate);
  if (parameter === undefined) return undefined;
  const query = { ...Object.fromEntries(Object.entries(list.params).map(([key, text]) => [key, client.resolve(text)])), [parameter]: 'not-a-number' };
  const request: HttpRequest = { method: list.method, path: client.resolve(list.path), query, operation: 'list', answer: 'optional', purpose: 'sync', signal };
  return shapeOf(client, request, 'wrong parameter', name, (status) => (status < 300
    ? `${parameter}=not-a-number is accepted: mistakes in parameters go unnoticed.`
    : `${parameter}=not-a-number is refused with ${status}.`));
}

/** askWithWrongCredential asks once with a credential that cannot be right; undefined where that could lock a person's account. */
export async function askWithWrongCredential(access: AuditAccess, { signal }: Meter, definition: RestSystemDefinition, name: string): Promise<ErrorShape | undefined> {
  const auth = wrongAuth(definition.auth);
  const list = definition.objects[name]?.list;
  if (auth === undefined || list === undefined) return undefined;
  const client = access.withDefinition({ ...definition, auth });
  const request: HttpRequest = {
    method: list.method, path: client.resolve(list.path), operation: 'list', answer: 'optional', purpose: 'sync', signal,
    query: Object.fromEntries(Object.entries(list.params).map(([key, text]) => [key, client.resolve(text)])),
  };
  return shapeOf(client, request, 'wrong credential', null, (status) => (status === 401
    ? 'A wrong credential is answered with 401, as it should be.'
    : status < 300 ? 'A wrong credential is answered like a right one: look whether an outcome rule is needed, or whether the list is public.' : `A wrong credential is answered with ${status}.`));
}

async function shapeOf(client: HttpClient, request: HttpRequest, asked: ErrorShape['asked'], object: string | null, read: (status: number) => string): Promise<ErrorShape> {
  const verdict = await client.send(request);
  const { answer } = verdict;
  const status = answer?.status ?? (verdict.outcome === 'ok' ? null : verdict.error.detail.status);
  return {
    asked, object, status,
    contentType: answer === null ? null : (headerText(answer.headers, 'content-type') ?? null),
    // A right answer is made of records, whose fields are listed elsewhere.
    shape: verdict.outcome === 'ok' ? [] : jsonShape(answer?.json),
    reading: status === null ? (verdict.outcome === 'ok' ? 'It was answered without a status.' : verdict.error.message) : read(status),
  };
}

/** Of the same form, so that it is the record that is missing and not the id that is refused. */
function missingIdLike(id: string | null): string {
  if (id === null) return 'crosswalk-audit-missing';
  if (/^\d+$/.test(id)) return '9'.repeat(Math.min(Math.max(id.length, 3), 15));
  const mixed = id.replaceAll(/[0-9]/g, '0');
  return encodeURIComponent(mixed === id ? `${id}-missing` : mixed);
}

function sizeParameter(paginate: Paginate): string | undefined {
  return paginate.type === 'none' ? undefined : paginate.limitParam;
}

function wrongAuth(auth: AuthDefinition): AuthDefinition | undefined {
  switch (auth.type) {
    case 'api-key': return { ...auth, value: WRONG };
    case 'basic': return { ...auth, password: WRONG };
    case 'bearer': return { ...auth, token: WRONG };
    case 'oauth2': return { ...auth, clientSecret: WRONG };
    // Some systems lock an account after a few wrong passwords.
    default: return undefined;
  }
}
