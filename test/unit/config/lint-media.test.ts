import { describe, expect, it } from 'vitest';
import { changed, checkTexts, mailingText, shown, syncText } from './checked-texts.js';

const erpText = `system: erp
connector: postgres
connection: secret://env/ERP_URL
timeZone: Europe/Berlin
objects:
  client:
    table: sales.clients
    columns: [id, name, email_address, status, updated_at, version]
    since: { column: updated_at }
    version: version
    find: [email_address]
    create: { key: sync_key }
    update: {}
    archive: { fields: { status: archived } }
`;
const filesText = `system: shop
connector: files
folder: /var/exchange
sftp: { host: sftp.example.com, username: crosswalk, password: secret://env/P, hostKeys: ["SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] }
objects:
  client:
    id: no
    delimiter: ";"
    encoding: windows-1252
    read: { full: "clients-*.csv", marker: .done }
    write: { prefix: members-, columns: [no, name] }
`;
const mailText = `system: mail
connector: smtp
host: mail.example.com
from: Acme <orders@example.com>
`;

describe('systems that speak no HTTP', () => {
  it.each([['postgres', erpText], ['files', filesText], ['smtp', mailText]])('have no findings: %s', (_kind, text) => expect(shown(checkTexts({ 'x.yaml': text }))).toEqual([]));

  it('are compiled with their defaults', () => {
    const { systems } = checkTexts({ 'a.yaml': erpText, 'b.yaml': filesText, 'c.yaml': mailText });
    expect(systems.get('erp')).toMatchObject({
      connector: 'postgres', medium: 'postgres', limits: { concurrency: 4, timeoutMs: 30_000 },
      objects: { client: { table: ['sales', 'clients'], id: '/id', idColumn: 'id', version: '/version', pageSize: 500, since: { format: 'iso', field: '/updated_at', overlapMs: 300_000 }, find: { by: { email_address: {} } }, create: { isKeyed: true, keyColumn: 'sync_key' }, update: { checksVersion: true } } },
    });
    expect(systems.get('shop')).toMatchObject({ medium: 'files', objects: { client: { csv: { delimiter: ';', quote: '"', encoding: 'windows-1252' }, read: { complete: { by: 'marker', suffix: '.done' }, after: 'keep' }, create: { isKeyed: true } } } });
    expect(systems.get('mail')).toMatchObject({ medium: 'smtp', port: 587, tls: 'starttls', duplicates: 'refuse', objects: { message: { create: {} } } });
  });

  it.each<[what: string, text: string, part: string, by: string, finding: string]>([
    ['unknown connector', erpText, 'connector: postgres', 'connector: postgre', "2:12 error unknown-connector there is no connector 'postgre'; did you mean 'postgres'?"],
    ['password in the file', erpText, 'secret://env/ERP_URL', 'postgres://u:p@h/d', '3:13 error hard-coded-secret hard-coded secret: the connection URL stands in the file itself; write secret://env/NAME, secret://file/PATH or ${NAME} instead, and change the secret if this file was ever shared'],
    ['key of another kind', erpText, 'timeZone:', 'baseUrl: https://x.example\ntimeZone:', "4:1 error unknown-key unknown key 'baseUrl'; known are system, title, owner, environment, connector, connection, ca, network, limits, retry, timeZone, catalog, webhooks, objects"],
    ['column that is not listed', erpText, 'column: updated_at', 'column: updated', "9:22 error invalid-value 'updated' is not among the 'columns'; did you mean 'updated_at'?; add it there"],
    ['look-up by a column that is not listed', erpText, 'find: [email_address]', 'find: [email]', "11:12 error invalid-value 'email' is not among the 'columns'; known are id, name, email_address, status, updated_at, version; add it there"],
    ['archive of a column that is not listed', erpText, '{ status: archived }', '{ state: archived }', "14:26 error invalid-value 'state' is not among the 'columns'; did you mean 'status'?; add it there"],
    ['no id', erpText, '[id, name', '[name', "8:5 error missing-key 'columns' does not have the id; add 'id' to it, or name the column of the id with 'id:'"],
    ['no version', erpText, '    version: version\n', '', "12:5 warning no-effect without 'version', a change that somebody else makes at the same moment is written over; name a column that changes with each change"],
    ['table with three parts', erpText, 'sales.clients', 'db.sales.clients', "7:12 error invalid-name expected a table or view such as customers or sales.customers, found 'db.sales.clients'"],
    ['path as a file name', filesText, '"clients-*.csv"', '"../clients-*.csv"', "10:19 error invalid-path expected a file name such as articles-*.csv, where * stands for any text; it names no folder and does not begin with a dot, found '../clients-*.csv'"],
    ['path as a prefix', filesText, 'prefix: members-', 'prefix: ../members-', "11:22 error invalid-path expected the beginning of a file name such as orders- (letters, digits, dots, hyphens and underscores), found '../members-'"],
    ['unknown encoding', filesText, 'windows-1252', 'windows-1253x', "9:15 error invalid-value unknown encoding 'windows-1253x'; use a name such as utf-8, windows-1252 or iso-8859-15"],
    ['no files', filesText, 'full: "clients-*.csv", ', '', "10:5 error missing-key 'read' needs 'full', 'changes' or both: the names of the files"],
    ['no id among the columns', filesText, '[no, name]', '[name]', "11:41 error missing-key the columns lack the id 'no'; add it, or name its column with 'id:'"],
    ['no credentials', filesText, 'password: secret://env/P, ', '', "4:1 error missing-key 'sftp' needs a 'password' or a 'privateKey'"],
    ['no pinned host key', filesText, ', hostKeys: ["SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]', '', "4:1 error missing-key missing key 'hostKeys': expected a list"],
    ['relative folder', filesText, /^sftp.*\n/m.exec(filesText)?.[0] ?? '', '', ''],
    ['address that is none', mailText, 'Acme <orders@example.com>', 'Acme', "4:7 error invalid-value expected an e-mail address such as sales@example.com, or Sales <sales@example.com>, found 'Acme'"],
  ])('tell one mistake: %s', (_what, text, part, by, finding) => {
    const found = shown(checkTexts({ 'x.yaml': changed(text, part, by) }));
    expect(found).toEqual(finding === '' ? [] : [finding]);
  });

  it('tell a folder of this machine that is relative', () => {
    const text = filesText.replace(/^sftp.*\n/m, '').replace('/var/exchange', 'exchange');
    expect(shown(checkTexts({ 'x.yaml': text }))).toEqual(["3:9 error invalid-path the folder must begin with '/': each process would look for it in another place"]);
  });
});

describe('syncs with them', () => {
  const syncFindings = (system: string, text: string) => shown(checkTexts({ 'a.yaml': system, 'b.yaml': mailingText, 'sync.yaml': text }));

  it('to a table have no findings', () => {
    const text = changed(syncText, 'from: crm.contact\nto: mailing.member', 'from: mailing.member\nto: erp.client').replace('full_name', 'name').replace('when: { every: 15m }', 'when: { fullRead: "02:00" }');
    expect(syncFindings(erpText, text)).toEqual([]);
  });

  it.each([
    ['a mail server', mailText, 'mail.message', 'error missing-operation mail.message are messages, which cannot be kept in step with anything; have a handoff step create one'],
    ['files that are only written', changed(filesText, '    read: { full: "clients-*.csv", marker: .done }\n', ''), 'shop.client', "error missing-operation shop.client has no 'read', so there is nothing to sync from; add it to the system 'shop'"],
    ['files that hold only changes', changed(filesText, 'full: ', 'changes: '), 'shop.client', "warning no-effect 'onDelete: archive' only acts on a 'deleted' condition: the files of shop.client hold what changed, so a record that is missing may be there all the same; name the files that hold everything under 'full'"],
  ])('from %s are told what they cannot do', (_what, system, from, finding) => {
    expect(syncFindings(system, changed(syncText, 'crm.contact', from)).map((text) => text.replace(/^\S+ /, ''))).toContain(finding);
  });

  it('do not share files that are moved away', () => {
    const moving = changed(filesText, 'marker: .done', 'after: move');
    const text = changed(syncText, 'crm.contact', 'shop.client').replace('when: { every: 15m }', 'when: { fullRead: "02:00" }');
    const found = shown(checkTexts({ 'a.yaml': moving, 'b.yaml': mailingText, 'one.yaml': text, 'two.yaml': text.replace('contacts-to-mailing', 'again') }));
    expect(found).toContainEqual(expect.stringContaining("the sync 'contacts-to-mailing' reads shop.client as well"));
  });
});
