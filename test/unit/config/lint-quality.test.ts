import { describe, expect, it } from 'vitest';
import { changed, checkTexts, crmText, mailingText, shown } from './checked-texts.js';

const qualityText = `quality: crm-contacts
object: crm.contact
when: daily 04:30 Europe/Berlin
rules:
  email: { required: true, format: email }
  phone: { format: phone, region: from(country) }
  birthday: { format: date, range: { min: "1910-01-01" } }
  name: { maxLength: 100, pattern: "[A-Z].*" }
duplicates: [email, { field: phone, kind: phone }]
targets: { duplicateRate: 1%, missing: 2% }
repairs:
  email: [trim, lower-case]
  phone: e164
  birthday: date("DD.MM.YYYY")
`;

function check(quality: string): readonly string[] {
  return shown(checkTexts({ 'crm.yaml': crmText, 'mailing.yaml': mailingText, 'quality.yaml': quality }));
}

describe('a quality definition without mistakes', () => {
  it('has no findings', () => expect(check(qualityText)).toEqual([]));

  it('is compiled with its defaults', () => {
    const { qualities } = checkTexts({ 'crm.yaml': crmText, 'quality.yaml': qualityText });
    expect(qualities.get('crm-contacts')).toEqual({
      quality: 'crm-contacts', title: 'crm-contacts', object: { system: 'crm', object: 'contact' }, when: { hour: 4, minute: 30, timeZone: 'Europe/Berlin' }, timeZone: 'Europe/Berlin',
      rules: [
        { field: 'email', required: true, unique: false, format: 'email' },
        { field: 'phone', required: false, unique: false, format: 'phone', region: { field: 'country' } },
        { field: 'birthday', required: false, unique: false, format: 'date', range: { min: '1910-01-01' } },
        { field: 'name', required: false, unique: false, pattern: '[A-Z].*', maxLength: 100 },
      ],
      duplicates: [{ field: 'email', kind: 'email' }, { field: 'phone', kind: 'phone', region: { field: 'country' } }],
      targets: { duplicateRate: 0.01, missing: 0.02 },
      repairs: [
        { field: 'email', repairs: [{ name: 'trim' }, { name: 'lower-case' }] }, { field: 'phone', repairs: [{ name: 'e164' }] }, { field: 'birthday', repairs: [{ name: 'date', format: 'DD.MM.YYYY' }] },
      ],
      findings: 200,
    });
  });
});

describe('a quality definition with one mistake has one finding, which says where and what', () => {
  it.each<[what: string, part: string, by: string, finding: string]>([
    ['unknown kind', 'quality:', 'qualty:', "1:1 error not-a-definition unknown kind 'qualty'; did you mean 'quality'?"],
    ['misspelt key', 'duplicates:', 'duplicate:', "9:1 error unknown-key unknown key 'duplicate'; did you mean 'duplicates'?"],
    ['unknown object', 'crm.contact', 'crm.contacts', "2:13 error unknown-object the system 'crm' has no object 'contacts'; did you mean 'contact'?"],
    ['unknown system', 'crm.contact', 'crn.contact', "2:9 error unknown-system unknown system 'crn'; did you mean 'crm'?"],
    ['times', 'daily 04:30', 'hourly 04:30', "3:7 error invalid-value expected a time such as \"daily 04:30 Europe/Berlin\", found 'hourly 04:30 Europe/Berlin'"],
    ['zone', 'Europe/Berlin', 'Europe/Berln', "3:19 error invalid-value unknown time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?"],
    ['format', 'format: email', 'format: emial', "5:36 error invalid-value expected one of email, phone, url, date, datetime, postcode, country, currency, integer, decimal, boolean, found 'emial'; did you mean 'email'?"],
    ['misspelt rule', 'required: true', 'requird: true', "5:12 error unknown-key unknown key 'requird'; did you mean 'required'?"],
    ['pattern', '[A-Z].*', '[A-Z].*(', "8:44 error invalid-value pattern, character 8: This group is not closed with \")\""],
    ['pattern with look-ahead', '[A-Z].*', '(?=a)', '8:36 error invalid-value pattern, character 1: Of the groups that begin with "(?" only (?: … ) is taken; look-ahead, look-behind and names are not'],
    ['range of nothing', 'range: { min: "1910-01-01" }', 'range: {}', "7:29 error invalid-value 'range' needs 'min', 'max', or both"],
    ['range of two kinds', 'min: "1910-01-01"', 'min: "1910-01-01", max: 5', "7:29 error invalid-value 'min' and 'max' are both numbers or both dates"],
    ['reversed range', 'min: "1910-01-01"', 'min: 7, max: 5', "7:29 error invalid-value 'min' is greater than 'max', so no value is within the range"],
    ['day that does not exist', '1910-01-01', '1910-02-30', "7:43 error invalid-value expected a date such as \"2026-11-23\", found '1910-02-30'"],
    ['region without effect', '{ format: phone, region: from(country) }\n  birthday', '{ format: phone }\n  city: { maxLength: 9, region: DE }\n  birthday', "7:25 warning no-effect 'region' has no effect without format: phone or format: postcode"],
    ['rules that ask for nothing', 'maxLength: 100, pattern: "[A-Z].*"', '', "8:3 warning no-effect the rules of 'name' ask for nothing; name at least one of required, unique, format, values, pattern, maxLength, range"],
    ['duplicate key twice', '[email,', '[email, email,', "9:21 error duplicate-field 'email' is a key of duplicates already"],
    ['misspelt duplicate key', '[email,', '[emial,', "9:14 warning no-effect no rule is about 'emial'; did you mean 'email'?"],
    ['share', 'missing: 2%', 'missing: 2', "10:40 error wrong-type expected a percentage such as 2%, found 2"],
    ['unknown metric', 'missing: 2%', 'mising: 2%', "10:31 error unknown-key unknown key 'mising'; did you mean 'missing'?"],
    ['target of what is not measured', 'required: true, ', '', "10:31 warning no-effect the target 'missing' has no effect: no rule says required: true"],
    ['unknown repair', '[trim, lower-case]', '[trim, lowercase]', "12:17 error invalid-value unknown repair 'lowercase'; did you mean 'lower-case'?"],
    ['form of a date', 'DD.MM.YYYY', 'DD.MM', '14:13 error invalid-value The date format needs YYYY'],
    ['form with a time', 'DD.MM.YYYY', 'DD.MM.YYYY HH:mm', '14:13 error invalid-value A repair reads dates without a time of day'],
    ['number repair without its rule', 'phone: { format: phone, region: from(country) }\n', 'phone: { maxLength: 20 }\n', "13:3 error missing-key the repair 'e164' needs rules: { phone: { format: phone } }, which says how numbers are read"],
    ['truncate without a length', '[trim, lower-case]', '[truncate]', "12:3 error missing-key the repair 'truncate' needs rules: { email: { maxLength: … } }, the length to cut to"],
    ['blanking what is required', '[trim, lower-case]', '[blank-if-invalid]', "12:3 warning no-effect 'blank-if-invalid' has no effect on 'email', which is required: a required value is never blanked"],
    ['misspelt field of a repair', '  email: [trim', '  emial: [trim', "12:3 warning no-effect no rule is about 'emial'; did you mean 'email'?"],
  ])('%s', (_, part, by, finding) => expect(check(changed(qualityText, part, by))).toEqual([finding]));

  it('repairs of an object that cannot be updated', () => {
    const crm = changed(crmText, '    update: { patch: "/contacts/{id}" }\n', '');
    expect(shown(checkTexts({ 'crm.yaml': crm, 'quality.yaml': qualityText }))).toEqual(["11:1 error missing-operation 'repairs' needs an 'update' operation, which crm.contact does not have"]);
  });

  it('the same name twice', () => {
    expect(check(`${qualityText}---\n${qualityText}`)).toEqual([expect.stringContaining("duplicate-name the quality 'crm-contacts' is defined already")]);
  });
});
