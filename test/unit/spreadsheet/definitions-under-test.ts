import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import type { DefinitionSource } from '../../../src/config/definition-source.js';

const systems = `
system: crm
baseUrl: https://crm.example.com
timeZone: Europe/Berlin
auth: { type: none }
objects:
  contact: { list: { get: /contacts }, since: { param: since, field: /updated_at } }
---
system: mailing
baseUrl: https://mailing.example.com
auth: { type: none }
objects:
  member:
    list: { get: /members }
    find: { get: /members, by: { email: { email: "{value}" } } }
    create: { post: /members }
    update: { patch: "/members/{id}" }
`;

/** syncText is a sync in YAML as people write it, with comments, and mappings in both styles. */
export const syncText = `# Who gets the newsletter.
sync: contacts-to-mailing
from: crm.contact
to: mailing.member
when: { every: 15m, fullRead: "02:00 Europe/Berlin" } # at night
match: [email]
fields:
  # The address is the key.
  - { from: email, to: email, type: email, required: true, repair: [trim, lower-case] } # as typed
  - from: [first_name, last_name]
    to: full_name
    # One blank between them.
    convert: join(" ")
    examples:
      - { in: [Ada, Lovelace], out: Ada Lovelace }
      - { in: [Ada, null], out: Ada }
  # Numbers without a country code.
  - { from: phone, to: phone, type: phone, region: from(country), examples: [{ in: 030 901820, with: { country: DE }, out: "+4930901820" }] }
  - { from: lifecycle, to: tags, type: list, convert: { lead: [Prospect], won: [Customer] }, default: [] }
  - { constant: crm, to: source }
onDelete: ignore
`;

/** sourcesOf reads two systems and a sync. */
export function sourcesOf(sync: string = syncText): readonly DefinitionSource[] {
  return [...parseDefinitions('systems.yaml', systems).sources, ...parseDefinitions('sync.yaml', sync).sources];
}
