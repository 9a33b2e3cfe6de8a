import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createActivities } from '../../../activities/create-activities.js';
import type { TriggerInbox } from '../../../activities/handoff/dependencies.js';
import { sandboxEnvironment } from '../../../src/cli/sandbox-environment.js';
import { startHandoff, type HandoffHandle } from '../../../src/client/handoffs-client.js';
import { definitionHash } from '../../../src/config/definition-hash.js';
import { compileDefinitions, loadDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { resolveReferences } from '../../../src/config/references.js';
import { createConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import type { Connector } from '../../../src/contracts/connector.js';
import { taskQueue } from '../../../src/contracts/names.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { startSandbox } from '../../../src/sandbox/sandbox.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase } from '../../support/migrated-database.js';
import { SandboxAccess } from '../../support/sandbox-access.js';
import { createTestNamespace } from '../../support/servers.js';
import { createPeopleTable, peopleStandIn } from './people-stand-in.js';

const quiet = new DefaultLogger('ERROR');
const folder = resolve(import.meta.dirname, '../../../examples/sandbox');

/** HandoffUnderTest is a worker of this release with the sandbox behind it, and a stand-in for approvals. */
export type HandoffUnderTest = Awaited<ReturnType<typeof startHandoffUnderTest>>;

/** startHandoffUnderTest starts the sandbox, a database, and a worker; `wrap` may come between the worker and a system. */
export async function startHandoffUnderTest(wrap: (connector: Connector) => Connector = (connector) => connector, inbox?: TriggerInbox) {
  Runtime.install({ logger: quiet });
  const migrated = await openMigratedDatabase();
  const { database } = migrated;
  await createPeopleTable(database);
  const running = await startSandbox({ port: 0 });
  const sandbox = new SandboxAccess(running.url);
  const env = sandboxEnvironment({}, running.url);
  const registry = createConnectorRegistry({
    resolve: (text) => resolveReferences(text, { env, readFile: () => '', baseFolder: folder }), secrets: createSecretRegister(), log: { debug: () => undefined },
    budgetFor: ({ limits: { requestsPerSecond: _rate, ...limits } }) => createLocalBudget(limits),
  });
  const systems = (await loadDefinitions(folder, { env })).systems;

  /** Stores the example definitions, without long waits for lost answers, and handoffs written in YAML. */
  const apply = async (...yaml: readonly string[]) => {
    const examples = await loadDefinitions(folder, { env });
    const parsed = yaml.map((text, index) => parseDefinitions(`test-${index}.yaml`, text));
    const own = compileDefinitions({ sources: [...examples.sources.filter(({ kind }) => kind === 'system'), ...parsed.flatMap(({ sources }) => sources)], findings: parsed.flatMap(({ findings }) => findings) }, folder, { env });
    const errors = [...examples.findings, ...own.findings].filter(({ level }) => level === 'error');
    if (errors.length > 0) throw new Error(errors.map(formatFinding).join('\n'));
    const brief = <Body extends SystemDefinition>(body: Body): Body => ({ ...body, limits: { ...body.limits, settleMs: 50 }, retry: { scheduleMs: [10, 10] } });
    const handoffs = new Map([...examples.handoffs, ...own.handoffs]);
    return storeDefinitions(database, [
      ...[...new Map([...own.systems, ...systems]).values()].map(brief).map((body) => ({ kind: 'system' as const, name: body.system, hash: definitionHash(body), body, source: '' })),
      ...[...handoffs.values()].map((body) => ({ kind: 'handoff' as const, name: body.handoff, hash: definitionHash(body), body, source: '' })),
    ]);
  };
  await apply();

  const { temporalAddress } = inject('crosswalkServers');
  const namespace = await createTestNamespace(temporalAddress);
  const [connection, native, workflowBundle] = await Promise.all([
    Connection.connect({ address: temporalAddress }), NativeConnection.connect({ address: temporalAddress }),
    bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('./workflows-with-approval.ts', import.meta.url)), logger: quiet }),
  ]);
  const activities = createActivities({
    database, logger: pino({ level: 'silent' }), window: { pages: 1, durationMs: 1_000 }, people: peopleStandIn, ...(inbox === undefined ? {} : { inbox }),
    connectors: { open: (definition) => wrap(registry.connectorFor(definition)) },
  });
  const delivered: string[] = [];
  const worker = await Worker.create({
    connection: native, namespace, taskQueue, workflowBundle,
    activities: { ...activities, deliverNotification: async ({ notificationId }: { notificationId: string }) => { delivered.push(notificationId); return { delivered: 1, failed: 0 }; } },
  });
  const working = worker.run();
  const client = new Client({ connection, namespace });

  /** Creates a record in the sandbox as its users would, and gives its id. */
  const create = async (system: string, object: string, fields: Parameters<Connector['write']>[1][number]['fields']): Promise<string> => {
    const definition = systems.get(system);
    if (definition === undefined) throw new Error(`There is no system ${system}.`);
    const [made] = await registry.connectorFor(definition).write(object, [{ kind: 'create', id: null, fields, expectedVersion: null, idempotencyKey: newId() }], AbortSignal.timeout(10_000));
    if (made?.outcome !== 'ok' || made.id === null) throw new Error(`${system}.${object} was not made: ${made?.message ?? ''}`);
    return made.id;
  };
  return {
    sandbox, database, client, apply, create, delivered,
    /** start starts a handoff of a record and gives its handle; throws where the record begins none. */
    start: async (handoff: string, recordId: string): Promise<HandoffHandle> => {
      const { handles: [handle] } = await startHandoff(client, handoff, recordId);
      if (handle === undefined) throw new Error(`${recordId} begins no ${handoff}.`);
      return handle;
    },
    until: async (holds: () => Promise<boolean>): Promise<void> => {
      for (let tries = 0; tries < 400; tries += 1) {
        if (await holds()) return;
        await sleep(50);
      }
      throw new Error('What was waited for did not come.');
    },
    stop: async (): Promise<void> => {
      worker.shutdown();
      await working;
      await connection.close();
      await native.close();
      await registry.close();
      await running.stop();
      await migrated.drop();
    },
  };
}
