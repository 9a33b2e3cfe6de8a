import { describe, expect, it, test } from 'vitest';
import { changed, checkTexts, crmText, shown } from './checked-texts.js';

const env = { CRM_TOKEN: 't' };
const at = (url: string): string => changed(crmText, 'https://crm.example.com', JSON.stringify(url));
const judged = (text: string, more: Record<string, string> = {}): readonly string[] => shown(checkTexts({ 'crm.yaml': text }, { env: { ...env, ...more } }));
const opened = (url: string, allow: string): string => changed(at(url), 'auth:', `network: { allow: [${allow}] }\nauth:`);

describe('row 13: a base URL that leads where nothing may be connected to', () => {
  it.each(['https://10.0.0.1', 'https://192.168.1.1/api', 'http://127.0.0.1:7233', 'https://localhost', 'https://[fd00::1]', 'https://[::ffff:10.0.0.1]', 'https://0x7f.1', 'https://2130706433', 'https://100.64.0.1'])(
    '%s is found with its place, and what to do', (url) => {
      expect(judged(at(url))).toEqual([expect.stringMatching(/^2:10 error forbidden-address baseUrl leads to a place .*; where it is meant, list it in "network/)]);
    });

  it.each(['https://169.254.169.254', 'https://[fd00:ec2::254]', 'https://metadata.google.internal', 'https://[fe80::1]', 'https://0.0.0.0', 'https://224.0.0.1', 'https://crm.example.com:22'])(
    '%s is found, and there is nothing to open it with', (url) => {
      expect(judged(at(url))).toEqual([expect.stringMatching(/^2:10 error forbidden-address [^;]*$/)]);
    });

  it('is found behind a variable, without the URL', () => {
    const lines = judged(at('${CRM_URL}'), { CRM_URL: 'https://10.1.2.3/secret-path' });
    expect(lines).toEqual([expect.stringContaining('2:10 error forbidden-address')]);
    expect(lines.join()).not.toContain('secret-path');
  });

  it('is found in the token URL', () => {
    const text = changed(crmText, crmText.split('\n')[2] ?? '', 'auth: { type: oauth2, tokenUrl: "https://10.0.0.9/token", clientId: c, clientSecret: secret://env/CRM_TOKEN }');
    expect(judged(text)).toEqual([expect.stringMatching(/^3:\d+ error forbidden-address tokenUrl leads/)]);
  });
});

describe('what is meant', () => {
  it.each([['https://10.20.1.1', '10.20.0.0/16'], ['https://127.0.0.1', 'loopback'], ['https://localhost:8443', 'loopback'], ['https://192.168.0.4', '192.168.0.4'], ['https://[fd00::5]', '"fd00::/8"']])(
    '%s is allowed by %s', (url, allow) => expect(judged(opened(url, allow))).toEqual([]));

  it('may be said once for a deployment', () => {
    expect(judged(at('http://127.0.0.1:4010'), { CROSSWALK_NETWORK_ALLOW: 'loopback' })).toEqual([]);
    expect(judged(at('https://10.0.0.1'), { CROSSWALK_NETWORK_ALLOW: 'crm.intern, 10.0.0.0/8' })).toEqual([]);
  });

  it.each([['169.254.169.254', 'credentials'], ['0.0.0.0/0', 'too large'], ['8.8.8.8', 'public'], ['"*"', 'expected']])('cannot be %s', (allow, why) => {
    expect(judged(opened('https://crm.example.com', allow))).toEqual([expect.stringMatching(new RegExp(`^3:20 error forbidden-address .*${why}`))]);
  });
});

test('the URL of a channel is judged in the same way', () => {
  const channel = (url: string, more = ''): string => `channel: ops\n${more}send: { type: webhook, url: ${url}, secret: secret://env/CRM_TOKEN }\n`;
  expect(judged(channel('https://10.0.0.1/hook'))).toEqual([expect.stringMatching(/^2:\d+ error forbidden-address url leads/)]);
  expect(judged(channel('https://10.0.0.1/hook', 'network: { allow: [10.0.0.1] }\n'))).toEqual([]);
  expect(judged('channel: ops\nsend: { type: slack, url: secret://env/SLACK }\n', { SLACK: 'https://169.254.169.254/canary' }).join()).toMatch(/^2:\d+ error forbidden-address (?!.*canary)/);
});

describe('hosts of systems that speak no HTTP, and of mail channels', () => {
  const database = (more = ''): string => `system: erp\nconnector: postgres\n${more}connection: secret://env/ERP_URL\nobjects: { client: { table: clients, columns: [id], id: id } }\n`;
  const mail = (host: string, more = ''): string => `system: mail\nconnector: smtp\n${more}host: ${host}\nfrom: a@b.example\n`;
  const files = (host: string, more = ''): string => `system: shop\nconnector: files\n${more}folder: /x\nsftp: { host: ${host}, username: u, password: secret://env/CRM_TOKEN, hostKeys: ["SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] }\nobjects: { client: { id: no, read: { full: "*.csv" } } }\n`;
  const channel = (host: string): string => `channel: ops\nsend: { type: email, host: ${host}, from: a@b.example, to: [c@d.example] }\n`;

  it.each(['postgres://u:canary@10.0.0.5/d', 'postgres://u:canary@x/d?host=/var/run/postgresql', 'postgres://u:canary@localhost/d'])('the connection %s is found, without what is secret in it', (url) => {
    const lines = judged(database(), { ERP_URL: url });
    expect(lines).toEqual([expect.stringMatching(/^3:13 error forbidden-address connection leads to a place .*network/)]);
    expect(lines.join()).not.toContain('canary');
  });

  it('are allowed by the same entries', () => {
    expect(judged(database('network: { allow: [10.0.0.0/8] }\n'), { ERP_URL: 'postgres://u:p@10.0.0.5/d' })).toEqual([]);
    expect(judged(database(), { ERP_URL: 'postgres://u:p@localhost/d', CROSSWALK_NETWORK_ALLOW: 'loopback' })).toEqual([]);
    expect(judged(mail('10.0.0.1', 'network: { allow: [10.0.0.1] }\n'))).toEqual([]);
    expect(judged(files('10.0.0.1', 'network: { allow: [10.0.0.1] }\n'))).toEqual([]);
  });

  it.each([['smtp', mail('10.0.0.1'), '3:7'], ['sftp', files('169.254.169.254'), '4:15'], ['a mail channel', channel('127.0.0.1'), '2:28']])('of %s is found', (_kind, text, place) => {
    expect(judged(text)).toEqual([expect.stringMatching(new RegExp(`^${place} error forbidden-address host leads`))]);
  });
});
