import { resolve } from 'node:path';
import { sandboxEnvironment } from '../../../src/cli/sandbox-environment.js';
import { definitionHash } from '../../../src/config/definition-hash.js';
import { compileDefinitions, loadDefinitions } from '../../../src/config/definition-set.js';
import { formatFinding } from '../../../src/config/finding.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { resolveReferences } from '../../../src/config/references.js';
import { createConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import type { Connector } from '../../../src/contracts/connector.js';
import type { SystemDefinition } from '../../../src/contracts/system-definition.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { startSandbox } from '../../../src/sandbox/sandbox.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { openMigratedDatabase } from '../../support/migrated-database.js';
import { SandboxAccess } from '../../support/sandbox-access.js';
import { startHandoffWorker, type WorkerParts } from './handoff-worker.js';
import { createPeopleTable } from './people-stand-in.js';

const folder = resolve(import.meta.dirname, '../../../examples/sandbox');

/** HandoffUnderTest is a worker of this release with the sandbox behind it, and a stand-in for approvals. */
export type HandoffUnderTest = Awaited<ReturnType<typeof startHandoffUnderTest>>;

/** startHandoffUnderTest starts the sandbox, a database, and a worker; `wrap` may come between the worker and a system, and `settleMs` is how long an unanswered write is waited for. */
export async function startHandoffUnderTest(wrap: (connector: Connector) => Connector = (connector) => connector, { settleMs = 50, ...parts }: WorkerParts & { readonly settleMs?: number } = {}) {
  const migrated = await openMigratedDatabase();
  const { database } = migrated;
  await createPeopleTable(database);
  const running = await startSandbox({ port: 0 });
  const sandbox = new SandboxAccess(running.url);
  const env = sandboxEnvironment({}, running.url);
  const registry = createConnectorRegistry({ networkAllow: ['loopback'],
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
    const brief = <Body extends SystemDefinition>(body: Body): Body => ({ ...body, limits: { ...body.limits, settleMs }, retry: { scheduleMs: [10, 10] } });
    const handoffs = new Map([...examples.handoffs, ...own.handoffs]);
    return storeDefinitions(database, [
      ...[...new Map([...own.systems, ...systems]).values()].map(brief).map((body) => ({ kind: 'system' as const, name: body.system, hash: definitionHash(body), body, source: '' })),
      ...[...handoffs.values()].map((body) => ({ kind: 'handoff' as const, name: body.handoff, hash: definitionHash(body), body, source: '' })),
    ]);
  };
  await apply();

  const { client, delivered, ...worker } = await startHandoffWorker(database, (definition) => wrap(registry.connectorFor(definition)), parts);

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
    start: worker.start, until: worker.until, dependencies: worker.dependencies, ownClient: worker.ownClient,
    stop: async (): Promise<void> => {
      await worker.stop();
      await registry.close();
      await running.stop();
      await migrated.drop();
    },
  };
}
