import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnectorRegistry, type ConnectorRegistryDependencies } from '../../../src/connectors/connector-registry.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { sendJson, startServer } from '../http/loopback-server.js';
import { countingBudget, systemAt } from '../http/system-under-test.js';
import { never, objectWith } from './connector-under-test.js';

function registryOf(more: Partial<ConnectorRegistryDependencies> = {}) {
  const built: string[] = [];
  const budget = countingBudget();
  const registry = createConnectorRegistry({ networkAllow: ['loopback'],
    resolve: (text) => text, secrets: createSecretRegister(), log: { debug: () => undefined },
    budgetFor: ({ system }) => (built.push(system), budget), ...more,
  });
  onTestFinished(() => registry.close());
  return { registry, built, budget };
}

describe('the registry', () => {
  it('builds a connector when it is first asked for, one for each content of a definition', () => {
    const { registry, built } = registryOf();
    const definition = systemAt('http://127.0.0.1:9', { objects: { contact: objectWith() } });
    expect(built).toEqual([]);
    const connector = registry.connectorFor(definition);
    expect(registry.connectorFor(definition)).toBe(connector);
    expect(registry.connectorFor(structuredClone(definition))).toBe(connector);
    expect(built).toEqual(['crm']);
    expect(registry.connectorFor({ ...definition, timeZone: 'Europe/Berlin' })).not.toBe(connector);
    expect(built).toEqual(['crm', 'crm']);
  });

  it('asks for permits on behalf of whom the connector is for', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { id: 1 }));
    const purposes: string[] = [];
    const { registry, built } = registryOf({ budgetFor: ({ system }) => (built.push(system), { acquire: async (purpose) => (purposes.push(purpose), { release: () => undefined }), close: () => undefined }) });
    const definition = systemAt(server.url, { objects: { contact: objectWith() } });
    await registry.connectorFor(definition).get('contact', '1', never);
    await registry.connectorFor(definition, 'handoff').get('contact', '1', never);
    expect(purposes).toEqual(['sync', 'handoff']);
    expect(built).toEqual(['crm']);
  });

  it('closes its connections and builds nothing more', async () => {
    const server = await startServer((_request, response) => sendJson(response, 200, { id: 1 }));
    const { registry } = registryOf();
    const definition = systemAt(server.url, { objects: { contact: objectWith() } });
    const connector = registry.connectorFor(definition);
    await connector.get('contact', '1', never);
    expect(server.sockets.size).toBe(1);
    await registry.close();
    await expect.poll(() => server.sockets.size).toBe(0);
    await expect(connector.get('contact', '1', never)).rejects.toMatchObject({ detail: { code: 'connection-lost' } });
    expect(() => registry.connectorFor(definition)).toThrow('closed');
  });
});
