import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createCodecServer } from '../../../src/payloads/codec-server.js';
import { payloadConverter } from '../../../src/payloads/payload-keys.js';
import type { ControlledProcess } from '../../support/controlled-process.js';
import { startInstance, type Instance } from '../../support/instance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [older, newer] = ['p1', 'p2'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
const ring = (...keys: readonly (string | undefined)[]): string => keys.join(',');

let instance: Instance;
let worker: ControlledProcess;

beforeAll(async () => {
  instance = await startInstance({ servers: inject('crosswalkServers'), definitions: 'examples/sandbox', adjust: { system: (definition) => ({ ...definition, retry: { scheduleMs: [500] } }) }, workerEnv: { CROSSWALK_PAYLOAD_KEYS: ring(older) } });
  await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: 60 });
  ({ worker } = instance);
});
afterAll(() => instance?.stop());

function crosswalk(keys: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(root, 'bin', 'crosswalk.js'), ...args], {
      env: { PATH: process.env['PATH'], CROSSWALK_HOME: path.join(instance.logs, 'no-instance'), ...instance.env, ...(keys === '' ? {} : { CROSSWALK_PAYLOAD_KEYS: keys }) }, timeout: 60_000,
    }, (_error, out, err) => { resolve(out + err); });
  });
}

interface StoredPayload {
  readonly metadata: { readonly encoding?: string; readonly 'encryption-key-id'?: string };
  readonly data: string;
}

/** Every payload and every message of a failure in a history, as the server stores them. */
async function stored(workflowId: string): Promise<{ readonly payloads: readonly StoredPayload[]; readonly messages: readonly string[]; readonly text: string }> {
  const text = historyToJSON(await instance.temporal.workflow.getHandle(workflowId).fetchHistory());
  const payloads: StoredPayload[] = [];
  const messages: string[] = [];
  const walk = (value: unknown, key = ''): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('data' in value && 'metadata' in value) payloads.push(value as StoredPayload);
    if ('message' in value && /failure|cause/i.test(key)) messages.push(String(value.message));
    for (const [name, part] of Object.entries(value)) if (name !== 'searchAttributes') walk(part, Array.isArray(value) ? key : name);
  };
  walk(JSON.parse(text));
  return { payloads, messages, text };
}

const textOf = (base64 = ''): string => Buffer.from(base64, 'base64').toString('utf8');

describe('with payload keys', () => {
  test('everything that a workflow takes and gives is encrypted in its history, failures included, and it works as before', async () => {
    expect(await crosswalk(ring(older), 'sync', 'contacts-to-mailing', '--full')).toMatch(/created/);
    const good = await stored('sync/contacts-to-mailing');
    expect(good.payloads.length).toBeGreaterThan(5);
    expect(new Set(good.payloads.map(({ metadata }) => `${textOf(metadata.encoding)} ${textOf(metadata['encryption-key-id'])}`))).toEqual(new Set(['binary/encrypted p1']));
    await instance.sandboxProcess.kill();
    const failed = crosswalk(ring(older), 'sync', 'contacts-to-desk', '--full');
    await expect.poll(() => failed, { timeout: 90_000 }).toMatch(/Gave up|refused/);
    await instance.sandboxProcess.start();
    const bad = await stored('sync/contacts-to-desk');
    expect(bad.messages.length).toBeGreaterThan(0);
    expect(new Set(bad.messages)).toEqual(new Set(['Encoded failure']));
    expect(bad.text).not.toMatch(/Gave up|connect-refused|at .*\.js:\d+/);
  }, 150_000);

  test('keys are rotated: what the old one encrypted is read, what is new has the new one', async () => {
    await worker.stop();
    const rotated = instance.addWorker({ CROSSWALK_PAYLOAD_KEYS: ring(newer, older) });
    await rotated.start();
    expect(await crosswalk(ring(newer, older), 'sync', 'contacts-to-mailing')).toMatch(/read/);
    const { payloads } = await stored('sync/contacts-to-mailing');
    expect(new Set(payloads.map(({ metadata }) => textOf(metadata['encryption-key-id'])))).toEqual(new Set(['p2']));
    await rotated.stop();
  });

  test('a worker without the key does nothing wrong: the workflow waits until one comes that has it', async () => {
    const without = instance.addWorker({ CROSSWALK_PAYLOAD_KEYS: ring(older) });
    await without.start();
    const running = crosswalk(ring(newer), 'sync', 'contacts-to-mailing');
    // It has tried, and was left to try again.
    await expect.poll(async () => {
      const { status, raw } = await instance.temporal.workflow.getHandle('sync/contacts-to-mailing').describe();
      return status.name === 'RUNNING' && (raw.pendingWorkflowTask?.attempt ?? 0) > 1;
    }, { timeout: 60_000 }).toBe(true);
    await without.stop();
    await instance.addWorker({ CROSSWALK_PAYLOAD_KEYS: ring(newer, older) }).start();
    expect(await running).toMatch(/read/);
  }, 120_000);

  test('the codec server decodes them for the Temporal UI, and for nobody else', async () => {
    const [codec] = payloadConverter({ CROSSWALK_PAYLOAD_KEYS: ring(newer, older) }, (text) => text)?.payloadCodecs ?? [];
    if (codec === undefined) throw new Error('no codec');
    const server = createCodecServer({ codec, origins: ['http://127.0.0.1:8233'], hosts: ['127.0.0.1'] });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
      const [payload] = (await stored('sync/contacts-to-mailing')).payloads;
      const ask = (headers: Readonly<Record<string, string>>, body: object = { payloads: [payload] }, place = '/decode') => fetch(`${url}${place}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
      const answer = await ask({ origin: 'http://127.0.0.1:8233' });
      const { payloads } = await answer.json() as { readonly payloads: readonly { readonly data: string }[] };
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, 'http://127.0.0.1:8233']);
      expect(textOf(payloads[0]?.data)).toContain('contacts-to-mailing');
      expect((await ask({ origin: 'https://evil.example' })).status).toBe(403);
      expect((await ask({ 'content-type': 'text/plain' })).status).toBe(415);
      expect((await ask({}, { payloads: 7 })).status).toBe(400);
      expect((await ask({}, { payloads: [{ ...payload, data: 'AAAA' }] })).status).toBe(400);
      expect((await ask({}, {}, '/encode')).status).toBe(404);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
