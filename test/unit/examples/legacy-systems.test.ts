import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkTexts, shown } from '../config/checked-texts.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/legacy-systems.md', import.meta.url)), 'utf8');
const blocks = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text);

test.each(blocks.filter((text) => text.startsWith('system:')).map((text) => [/^system: (.*)$/m.exec(text)?.[1] ?? '', text]))('the system %s of docs/legacy-systems.md has no findings', (_name, text) => {
  expect(shown(checkTexts({ 'x.yaml': text }))).toEqual([]);
});

test('the part about SFTP fits the files before it', () => {
  const files = blocks.find((text) => text.includes('connector: files')) ?? '';
  const sftp = (blocks.find((text) => text.startsWith('folder: /outgoing')) ?? '').replace('SHA256:Zk3…', `SHA256:${'A'.repeat(43)}`);
  expect(shown(checkTexts({ 'x.yaml': files.replace(/^folder: .*\n/m, sftp) }))).toEqual([]);
});

test('the step that sends an e-mail fits the mail server before it', () => {
  const mail = blocks.find((text) => text.includes('connector: smtp')) ?? '';
  const step = blocks.find((text) => text.startsWith('- step:')) ?? '';
  const set = checkTexts({ 'mail.yaml': mail, 'crm.yaml': 'system: crm\nbaseUrl: https://x.example\nauth: { type: none }\nobjects: { account: { list: { get: /a }, get: { get: "/a/{id}" } } }\n', 'h.yaml': `handoff: welcome\non: crm.account\nsteps:\n${step.replace(/^/gm, '  ')}` });
  expect(set.findings.filter(({ level }) => level === 'error')).toEqual([]);
});
