import { describe, expect, it } from 'vitest';
import { changed, checkTexts, crmText, mailingText, shown, syncText } from './checked-texts.js';

/** Checks a sync between systems without findings. */
function check(sync: string, { crm = crmText, mailing = mailingText } = {}): readonly string[] {
  return shown(checkTexts({ 'crm.yaml': crm, 'mailing.yaml': mailing, 'sync.yaml': sync }));
}

const firstField = '{ from: email, to: email_address, type: email, required: true }';

describe('a sync without mistakes', () => {
  it('has no findings', () => expect(check(syncText)).toEqual([]));

  it.each(['off', '"03:00 Europe/Berlin"', '{ at: off }', '{ at: "03:00", alertAbove: 0.5% }', '{ alertAbove: 2% }'])('may be reconciled at %s', (when) => {
    expect(check(changed(syncText, 'every: 15m }', `every: 15m }\nreconcile: ${when}`))).toEqual([]);
  });
});

describe('a sync with one mistake has one finding, which says where and what', () => {
  it.each<[what: string, part: string, by: string, finding: string]>([
    ['unknown system', 'from: crm.contact', 'from: crn.contact', "2:7 error unknown-system unknown system 'crn'; did you mean 'crm'?"],
    ['unknown object', 'to: mailing.member', 'to: mailing.members', "3:13 error unknown-object the system 'mailing' has no object 'members'; did you mean 'member'?"],
    ['no system.object', 'from: crm.contact', 'from: crm', "2:7 error invalid-name expected system.object, such as crm.contact, found 'crm'"],
    ['missing key', 'match: [email_address]\n', '', "1:1 error missing-key missing key 'match': expected a list"],
    ['misspelt key is not missing besides', 'match:', 'macth:', "5:1 error unknown-key unknown key 'macth'; did you mean 'match'?"],
    ['bad duration', 'every: 15m', 'every: soon', "4:16 error invalid-duration expected a duration such as 15m (a whole number and ms, s, m, h or d), found 'soon'"],
    ['bad time', 'every: 15m', 'every: 15m, fullRead: 2am', "4:31 error invalid-value expected a time of day such as \"02:00\" or \"02:00 Europe/Berlin\", found '2am'"],
    ['bad zone', 'every: 15m', 'every: 15m, fullRead: "02:00 Berlin"', '4:38 error invalid-value unknown time zone \'Berlin\'; use a name of the IANA database such as Europe/Berlin'],
    ['bad time of a reconciliation', 'every: 15m }', 'every: 15m }\nreconcile: 3am', "5:12 error invalid-value expected a time of day such as \"02:00\" or \"02:00 Europe/Berlin\", found '3am'"],
    ['bad share of a reconciliation', 'every: 15m }', 'every: 15m }\nreconcile: { alertAbove: 5 }', "5:26 error wrong-type expected a percentage such as 0.5%, found 5"],
    ['YAML 1.1 boolean', 'required: true', 'required: yes', "7:62 error wrong-type expected true or false, found 'yes'"],
    ['match key that is not mapped', '[email_address]', '[emial_address]', "5:9 error match-not-mapped match key 'emial_address' is no mapped field: records can only be matched by a field that 'fields' makes; did you mean 'email_address'?"],
    ['match key twice', '[email_address]', '[email_address, email]', "5:24 error duplicate-field 'email_address' is a match key already"],
    ['kind of match', '[email_address]', '[{ field: email_address, kind: fuzzy }]', "5:39 error invalid-value expected one of email, phone, text, found 'fuzzy'"],
    ['misspelt key of a match', '[email_address]', '[{ feild: email_address }]', "5:11 error unknown-key unknown key 'feild'; did you mean 'field'?"],
    ['scored match of a field that is not mapped', '[email_address]', '[{ full_name: 0.92, postcode: exact }]', "5:38 error match-not-mapped match key 'postcode' is no mapped field: records can only be matched by a field that 'fields' makes; known are email_address, email, full_name, first_name, last_name"],
    ['similarity of a scored match', '[email_address]', '[{ full_name: 92 }]', '5:9 error invalid-value in a scored match each field has a similarity from 0.5 to 1, exact or compare, not 92'],
    ['scored match that is not last', '[email_address]', '[{ full_name: 0.92 }, email_address]', '5:9 error invalid-value a scored match stands last and once: it compares records that no other entry has brought together'],
    ['thresholds the wrong way round', '[email_address]', '[{ score: [{ field: full_name }], link: 0.8, review: 0.9 }]', "5:61 error invalid-value 'review' is at most 'link', which is 0.8"],
    ['kind of a scored field', '[email_address]', '[{ score: [{ field: full_name, kind: nmae }] }]', "5:45 error invalid-value expected one of given-name, family-name, name, date, address, place, postcode, phone, email, code, text, found 'nmae'; did you mean 'name'?"],
    ['type', 'type: email', 'type: emial', "7:45 error invalid-value expected one of text, name, email, phone, url, integer, decimal, money, boolean, date, datetime, enum, list, country, currency, json, found 'emial'; did you mean 'email'?"],
    ['unknown conversion', 'join(" ")', 'joyn(" ")', "8:62 error unknown-conversion unknown conversion 'joyn'; did you mean 'join'?"],
    ['conversion without end', 'join(" ")', 'join(" "', '8:70 error invalid-conversion conversion, character 9: The closing parenthesis is missing'],
    ['conversion in a list', 'join(" ")', `['join(" ")', uper()]`, "8:76 error unknown-conversion unknown conversion 'uper'; did you mean 'upper'?"],
    ['several fields without conversion', ', convert: join(" ")', '', '8:7 error missing-key several source fields need \'convert\', which says how one value is made of them, such as convert: join(" ")'],
    ['neither from nor constant', 'from: email, ', '', "7:5 error missing-key a mapping needs 'from' (a source field) or 'constant' (a fixed value)"],
    ['from and constant', 'from: email, ', 'from: email, constant: x, ', "7:20 error invalid-value a mapping has 'from' or 'constant', not both; for a value that steps in when there is none, write 'default'"],
    ['target twice', 'to: full_name', 'to: /email_address', "8:42 error duplicate-field the target field '/email_address' is made by another mapping already"],
    ['targets that overlap', 'to: full_name', 'to: /email_address/work', "8:42 error duplicate-field the target fields '/email_address/work' and 'email_address' overlap: one is a part of the other"],
    ['field that cannot be written', 'to: full_name', 'to: __proto__', '8:42 error invalid-pointer A field named __proto__ cannot be written'],
    ['repair in a list', 'required: true', 'repair: [trm]', "7:61 error invalid-value expected one of trim, collapse-spaces, lower-case, title-case, remove-control, truncate, blank-if-invalid, found 'trm'; did you mean 'trim'?"],
    ['truncate without length', 'required: true', 'repair: truncate', "7:52 error missing-key the repair 'truncate' needs 'maxLength', the length to cut to"],
    ['enum without values', 'convert: join(" ")', 'convert: join(" "), type: enum', "8:73 error missing-key the type 'enum' needs 'values', the list of allowed values"],
    ['enum that gives something else', 'convert: join(" ")', 'type: enum, values: [A], convert: { x: A, y: B }', "8:98 error invalid-value 'B' is not among the allowed 'values': A"],
    ['country by name', 'email, required: true', 'phone, region: Germany', "7:60 error invalid-value 'Germany' is not the two-letter code of a country; write DE"],
    ['inexact number', 'required: true', 'default: 12345678901234567890', '7:61 error invalid-value the number 12345678901234567000 cannot be kept exactly; put it in quotes to keep it as text'],
    ['bad scope', 'match:', 'scope: team is emea\nmatch:', '5:16 error invalid-condition condition, character 9: After is comes empty or not empty; to compare, write = or !='],
    ['bad rule', 'onDelete: archive', 'onDelete: archiv', "9:11 error invalid-value expected one of ignore, archive, delete, unlink, found 'archiv'; did you mean 'archive'?"],
    ['operation that the target lacks', 'onDelete: archive', 'onDelete: delete', "9:11 error missing-operation 'onDelete: delete' needs a 'delete' operation of mailing.member; add it to the system 'mailing'"],
    ['share above 100%', 'match:', 'limits: { deletes: 101% }\nmatch:', "5:20 error invalid-percentage expected a percentage such as 2%, found '101%'"],
    ['field that cannot flow back', 'convert: join(" ")', 'convert: join(" "), direction: both', '8:84 error invalid-value this field cannot flow back to the source: a value made of several source fields cannot be taken apart again'],
    ['two-way setting of a one-way sync', 'match:', 'creates: both\nmatch:', "5:1 warning no-effect 'creates' has no effect without a field whose direction is both or back"],
    ['conflict that does nothing', 'required: true', 'conflict: crm', "7:52 warning no-effect 'conflict' has no effect without direction: both"],
    ['region that does nothing', 'required: true', 'region: DE', "7:52 warning no-effect 'region' has no effect without type: phone"],
    ['currency that does nothing', 'required: true', 'currency: EUR', "7:52 warning no-effect 'currency' has no effect without type: money, to_minor() or from_minor()"],
    ['inactive rule that does nothing', 'onDelete: archive', 'onInactive: archive', "9:13 warning no-effect 'onInactive: archive' does nothing, since crm.contact has no 'inactive' condition"],
  ])('%s', (_, part, by, finding) => expect(check(changed(syncText, part, by))).toEqual([finding]));

  it('text with an unquoted comma inside braces', () => {
    const findings = check(changed(syncText, firstField, '{ from: email, to: email_address, convert: replace("a", "") }'));
    expect(findings).toEqual([`7:63 error yaml-syntax YAML: Missing , or : between flow map items; inside { } and [ ] a conversion with commas needs quotes, as in 'replace("a", "b")'`]);
  });

  it('an unknown conflict rule', () => {
    expect(check(changed(syncText, 'required: true', 'direction: both, conflict: boss'))).toContain(
      "7:79 error invalid-value unknown conflict rule 'boss'; known are source, target, latest, longest, union, ask, crm, mailing",
    );
  });

  it('the same object twice', () => {
    expect(check(changed(changed(syncText, 'mailing.member', 'crm.contact'), 'onDelete: archive', 'onDelete: ignore'))).toContain(
      "3:5 error invalid-value 'from' and 'to' are both crm.contact; a sync needs two different objects",
    );
  });

  it('an ambiguous match key', () => {
    const twice = changed(syncText, firstField, `${firstField}\n  - { from: email, to: login }`);
    expect(check(changed(twice, '[email_address]', '[email]'))).toEqual([
      "5:9 error match-not-mapped match key 'email' is ambiguous: that source field makes email_address and login; name one of these target fields",
    ]);
  });
});

describe('what a sync asks of its systems', () => {
  it('is that the target can create', () => {
    const mailing = changed(mailingText, '    create: { post: /members }\n', '');
    expect(check(syncText, { mailing })).toEqual([
      "3:5 error missing-operation mailing.member has no 'create', so nothing can be written there; add it to the system 'mailing'",
    ]);
  });

  it('is that the target can update, or later changes are lost', () => {
    const mailing = changed(mailingText, '    update: { patch: "/members/{id}" }\n', '');
    expect(check(syncText, { mailing })).toEqual([
      "3:5 warning missing-operation mailing.member has no 'update': records are created there, and later changes are not sent",
    ]);
  });

  it('is that a lost answer can be asked about', () => {
    const mailing = changed(mailingText, '    find: { get: /members, by: { email_address: { email: "{value}" } } }\n', '');
    expect(check(syncText, { mailing })).toEqual([
      "3:5 warning no-probe mailing.member has neither 'find' nor an idempotencyHeader of 'create': a create whose answer is lost cannot be checked and waits for a person",
    ]);
    expect(check(syncText, { mailing: changed(mailing, 'post: /members }', 'post: /members, idempotencyHeader: Idempotency-Key }') })).toEqual([]);
  });

  it('is that a two-way sync can write to its source: one finding for each operation that it lacks, with what to do', () => {
    const twoWay = changed(changed(syncText, 'required: true', 'direction: both'), 'match:', 'creates: both\nonTargetDelete: archive\nmatch:');
    const crm = changed(changed(crmText, '    create: { post: /contacts }\n', ''), '    update: { patch: "/contacts/{id}" }\n', '');
    expect(check(twoWay, { crm })).toEqual([
      "5:10 error missing-operation 'creates: both' needs a 'create' operation of crm.contact; add it to the system 'crm', or write 'creates: forward'",
      "6:17 error missing-operation 'onTargetDelete: archive' needs an 'archive' operation of crm.contact; add it to the system 'crm', or write 'onTargetDelete: ignore'",
      "9:63 error missing-operation changes are to flow back to crm.contact, which has no 'update'; add it to the system 'crm', or make all fields 'direction: forward'",
    ]);
    expect(check(changed(twoWay, 'onTargetDelete: archive', 'onTargetDelete: delete'), { crm })).toContain(
      "6:17 error missing-operation 'onTargetDelete: delete' needs a 'delete' operation of crm.contact; add it to the system 'crm', or write 'onTargetDelete: ignore'",
    );
    const since = '    since: { param: updated_since, field: /updated_at }\n';
    const writes = '    update: { patch: "/contacts/{id}" }\n    archive: { post: "/contacts/{id}/archive" }\n    create: { post: /contacts }\n';
    expect(check(twoWay, { crm: changed(crm, since, since + writes) })).toEqual([
      "5:10 warning no-probe crm.contact has neither 'find' nor an idempotencyHeader of 'create': a create whose answer is lost cannot be checked and waits for a person",
    ]);
    const probed = writes.replace('post: /contacts }', 'post: /contacts, idempotencyHeader: Idempotency-Key }');
    expect(check(twoWay, { crm: changed(crm, since, since + probed) })).toEqual([]);
  });

  it('is nothing more of the source of a sync that makes nothing there and leaves what is gone', () => {
    const twoWay = changed(syncText, 'required: true', 'direction: back');
    expect(check(twoWay, { crm: changed(crmText, '    create: { post: /contacts }\n', '') })).toEqual([]);
  });

  it('is that the source can tell what changed', () => {
    const crm = changed(crmText, '    since: { param: updated_since, field: /updated_at }\n', '');
    expect(check(syncText, { crm })).toEqual([
      "4:16 warning no-since every 15m all of crm.contact is read, since it has no 'since'; add it to the system 'crm' to read only what changed",
    ]);
  });

  it('is that somebody notices deletes', () => {
    const crm = changed(crmText, `    deleted: "/status = 'deleted'"\n`, '');
    expect(check(syncText, { crm })).toEqual([
      "9:11 warning no-effect 'onDelete: archive' never happens: crm.contact has no 'deleted' condition, and without 'when.fullRead' nobody notices that a record is gone",
    ]);
    expect(check(changed(syncText, 'every: 15m', 'every: 15m, fullRead: "02:00"'), { crm })).toEqual([]);
  });
});

describe('a match key', () => {
  it.each([
    ['a target field', '[email_address]', [{ field: 'email_address', kind: 'email' }]],
    ['a source field of one target', '[email]', [{ field: 'email_address', kind: 'email' }]],
    ['a field with its kind', '[{ field: email, kind: text }]', [{ field: 'email_address', kind: 'text' }]],
    ['several, in order', '[full_name, email]', [{ field: 'full_name', kind: 'text' }, { field: 'email_address', kind: 'email' }]],
    ['nothing', '[]', []],
  ])('may be %s', (_, match, compiled) => {
    const set = checkTexts({ 'crm.yaml': crmText, 'mailing.yaml': mailingText, 'sync.yaml': changed(syncText, '[email_address]', match) });
    expect(set.findings).toEqual([]);
    expect(set.syncs.get('contacts-to-mailing')?.match).toEqual(compiled);
  });
});

describe('a scored match', () => {
  it.each([
    ['in short', '[email, { full_name: 0.92, email: exact }]', [{ field: 'full_name', kind: 'name', least: 0.92 }, { field: 'email_address', kind: 'email', least: 1 }], 0.99, 0.1],
    ['without a condition', '[{ full_name: compare }]', [{ field: 'full_name', kind: 'name' }], 0.99, 0.1],
    ['in full', '[{ score: [{ field: full_name, kind: text, least: 0.8 }], link: 0.95, review: 0.5 }]', [{ field: 'full_name', kind: 'text', least: 0.8 }], 0.95, 0.5],
  ])('may be written %s', (_, match, fields, link, review) => {
    const set = checkTexts({ 'crm.yaml': crmText, 'mailing.yaml': mailingText, 'sync.yaml': changed(syncText, '[email_address]', match) });
    expect(set.findings).toEqual([]);
    expect(set.syncs.get('contacts-to-mailing')?.score).toEqual({ fields, link, review });
  });

  it('is none where there is none', () => {
    const set = checkTexts({ 'crm.yaml': crmText, 'mailing.yaml': mailingText, 'sync.yaml': syncText });
    expect(set.syncs.get('contacts-to-mailing')).not.toHaveProperty('score');
  });
});
