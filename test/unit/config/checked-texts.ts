import { compileDefinitions, type DefinitionOptions, type DefinitionSet } from '../../../src/config/definition-set.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';

/** crmText is a system without findings. */
export const crmText = `system: crm
baseUrl: https://crm.example.com
auth: { type: bearer, token: secret://env/CRM_TOKEN }
limits: { requestsPerSecond: 20 }
objects:
  contact:
    list:
      get: /contacts
      records: /data
      paginate: { type: cursor, next: /next }
    since: { param: updated_since, field: /updated_at }
    version: /updated_at
    deleted: "/status = 'deleted'"
    create: { post: /contacts }
    update: { patch: "/contacts/{id}" }
`;

/** mailingText is another system without findings. */
export const mailingText = `system: mailing
baseUrl: https://mailing.example.com
auth: { type: none }
objects:
  member:
    list: { get: /members }
    find: { get: /members, by: { email_address: { email: "{value}" } } }
    create: { post: /members }
    update: { patch: "/members/{id}" }
    archive: { post: "/members/{id}/archive" }
`;

/** syncText is a sync between the two without findings. */
export const syncText = `sync: contacts-to-mailing
from: crm.contact
to: mailing.member
when: { every: 15m }
match: [email_address]
fields:
  - { from: email, to: email_address, type: email, required: true }
  - { from: [first_name, last_name], to: full_name, convert: join(" ") }
onDelete: archive
`;

/** checkTexts checks and compiles the texts of definition files, by name; the environment is empty unless given. */
export function checkTexts(files: Readonly<Record<string, string>>, options: DefinitionOptions = { checkEnvironment: false }): DefinitionSet {
  const parsed = Object.entries(files).map(([file, text]) => parseDefinitions(file, text));
  const loaded = { sources: parsed.flatMap(({ sources }) => sources), findings: parsed.flatMap(({ findings }) => findings) };
  return compileDefinitions(loaded, '/definitions', { env: {}, ...options });
}

/** changed replaces a part of a text, which must be there, by another. */
export function changed(text: string, part: string, by: string): string {
  if (!text.includes(part)) throw new Error(`the text holds no ${part}`);
  return text.replace(part, () => by);
}

/** shown writes findings as `line:column level type message`. */
export function shown({ findings }: DefinitionSet): readonly string[] {
  return findings.map(({ line, column, level, type, message }) => `${line}:${column} ${level} ${type} ${message}`);
}
