import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activeDefinitions } from '../../../src/store/definitions.js';
import { type OwningInstance, startInstance } from '../../support/instance.js';

const SYNC = 'contacts-to-mailing';
const COUNT = 300;

// What fault tests rest on: each part of an instance can be lost and comes back with what it had.
describe('an instance with servers of its own', () => {
  let instance: OwningInstance;

  beforeAll(async () => {
    instance = await startInstance({
      definitions: 'examples/sandbox',
      adjust: { system: (definition) => ({ ...definition, title: `Adjusted ${definition.title}` }) },
      workerEnv: { CROSSWALK_LOG_LEVEL: 'warn' },
    });
    await instance.admin('POST', '/seed', { system: 'crm', object: 'contacts', count: COUNT });
  });

  afterAll(async () => {
    await instance?.stop();
  });

  test('runs a sync of its adjusted definitions', async () => {
    expect((await activeDefinitions(instance.database, 'system')).map(({ body }) => body.title)).toContain('Adjusted Sandbox CRM');
    expect(await instance.sync(SYNC)).toMatchObject({ state: 'succeeded', counts: { read: COUNT } });
    expect((await instance.sandbox.ops('mailing', { by: 'api' })).length).toBeGreaterThan(0);
  });

  test.each<[string, (lost: OwningInstance) => Promise<unknown>]>([
    ['the worker', async ({ worker }) => {
      const before = worker.pid;
      await worker.kill();
      expect(worker.pid).toBeUndefined();
      await worker.start();
      expect(worker.pid).not.toBe(before);
    }],
    ['a second worker', async (one) => {
      const second = one.addWorker();
      await second.start();
      await second.kill();
    }],
    ['PostgreSQL', async ({ postgres }) => {
      await postgres.crash();
      await postgres.start();
    }],
    ['the Temporal server', async ({ temporalServer }) => {
      await temporalServer.crash();
      await temporalServer.start();
    }],
    ['the sandbox', async ({ sandboxProcess }) => {
      await sandboxProcess.kill();
      await sandboxProcess.start();
    }],
  ])('goes on after %s was killed and started again', async (_part, lose) => {
    const last = await instance.sandbox.lastOp('mailing');
    const members = await instance.sandbox.records('mailing', 'members');
    await lose(instance);
    expect(await instance.sync(SYNC, { mode: 'full' })).toMatchObject({ state: 'succeeded', counts: { read: COUNT, created: 0, updated: 0 } });
    expect(await instance.sandbox.ops('mailing', { after: last })).toEqual([]);
    expect(await instance.sandbox.records('mailing', 'members')).toEqual(members);
  });

  test('stores definitions again only where they differ', async () => {
    expect((await instance.apply()).every(({ change }) => change === 'unchanged')).toBe(true);
    const changes = await instance.apply({ sync: (definition) => ({ ...definition, title: 'Another title' }) });
    expect(new Set(changes.map(({ kind, change }) => `${kind} ${change}`))).toEqual(new Set(['system changed', 'sync changed', 'handoff unchanged', 'team unchanged']));
  });

  test('leaves nothing behind', async () => {
    const folder = dirname(instance.logs);
    expect(existsSync(folder)).toBe(true);
    await instance.stop();
    expect(existsSync(folder)).toBe(false);
  });
});
