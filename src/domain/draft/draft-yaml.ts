import type { DraftObject, DraftPaginate, DraftWrite, SystemDraft } from '../../contracts/system-draft.js';

const MOST_LEFT_OUT = 60;

/** draftYaml writes a draft as YAML, with a comment for everything that was guessed or has to be looked at; `from` is where it comes from. */
export function draftYaml(draft: SystemDraft, from: string): string {
  const { system, title, baseUrl, networkAllow = [], auth, refusedWith, objects, checks, leftOut } = draft;
  return [
    comment(`A draft, made from ${from}. Look at every line with CHECK, then take the comment away.`),
    comment('Try it: crosswalk check, then crosswalk audit. docs/connect.md says what each part means.'),
    `system: ${scalar(system)}`,
    `title: ${scalar(title.slice(0, 200))}`,
    ...checks.map(check),
    `baseUrl: ${scalar(baseUrl)}`,
    ...(networkAllow.length === 0 ? [] : [comment('Only public addresses are connected to unless others are opened: docs/security.md.'), `network: { allow: [${networkAllow.map(scalar).join(', ')}] }`]),
    ...auth.checks.map(check),
    'auth:',
    ...Object.entries(auth.keys).map(([key, value]) => `  ${key}: ${typeof value === 'string' ? scalar(value) : flow(value)}`),
    ...(refusedWith === undefined ? [] : [comment(`A token that is not valid was answered with ${refusedWith}.`), `outcomes: [{ status: [${refusedWith}], outcome: refresh-token }]`]),
    check('what the API takes: see its documentation, or measure it with crosswalk audit'),
    'limits: { requestsPerSecond: 5, concurrency: 2 }',
    '',
    ...(objects.length === 0 ? [check('no list of records was found: describe the objects by hand'), 'objects: {}'] : ['objects:', objects.map(objectYaml).join('\n\n')]),
    ...(leftOut.length === 0 ? [] : ['', comment('Left out:'), ...leftOut.slice(0, MOST_LEFT_OUT).map((line) => comment(`  ${line}`)), ...(leftOut.length > MOST_LEFT_OUT ? [comment(`  and ${leftOut.length - MOST_LEFT_OUT} more`)] : [])]),
  ].join('\n') + '\n';
}

function objectYaml({ object, list, get, since, id, version, create, update, delete: remove, fields, checks }: DraftObject): string {
  return [
    `  ${object}:`,
    ...checks.map((text) => `    ${check(text)}`),
    '    list:',
    `      get: ${scalar(list.path)}`,
    ...(Object.keys(list.params).length === 0 ? [] : [`      params: ${flow(list.params)}`]),
    ...(list.records === '' ? [] : [`      records: ${scalar(list.records)}`]),
    `      paginate: ${flow(paginateKeys(list.paginate))}`,
    ...(get === undefined ? [] : [`    get: ${flow({ get: get.path, ...(get.record === '' ? {} : { record: get.record }) })}`]),
    ...(since === undefined ? [] : [`    since: ${flow({ param: since.param, field: since.field, ...(since.format === 'iso' ? {} : { format: since.format }) })}`]),
    ...(id === '/id' ? [] : [`    id: ${scalar(id)}`]),
    ...(version === undefined ? [] : [`    version: ${scalar(version)}`]),
    ...writes({ create, update, delete: remove }),
    ...(fields.length === 0 ? [] : [`    ${comment(`Fields: ${fields.map(({ name, type }) => `${name} (${type})`).join(', ')}`)}`]),
  ].join('\n');
}

function writes(operations: { readonly [kind in 'create' | 'update' | 'delete']: DraftWrite | undefined }): string[] {
  return Object.entries(operations).flatMap(([kind, write]) => {
    if (write === undefined) return [];
    const record = write.record === '' || (write.record === null && kind === 'delete') ? {} : { record: write.record ?? 'none' };
    return [`    ${kind}: ${flow({ [write.method.toLowerCase()]: write.path, ...(write.envelope === '' ? {} : { envelope: write.envelope }), ...record })}`];
  });
}

function paginateKeys({ type, ...rest }: DraftPaginate): Record<string, string | number> {
  return { type, ...rest };
}

function flow(values: Readonly<Record<string, string | number>>): string {
  return `{ ${Object.entries(values).map(([key, value]) => `${scalar(key)}: ${scalar(value)}`).join(', ')} }`;
}

/** Texts that YAML could read as something else are quoted as JSON, which YAML 1.2 contains. */
function scalar(value: string | number): string {
  if (typeof value === 'number') return String(value);
  return /^[A-Za-z/][A-Za-z0-9/_.@ -]*(:\/\/[A-Za-z0-9/_.-]+)?$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value) && value === value.trim() ? value : JSON.stringify(value);
}

function check(text: string): string {
  return comment(`CHECK: ${text}`);
}

/** A line break in a text of the document must not end the comment. */
function comment(text: string): string {
  return `# ${text.replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 2_000)}`;
}
