import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { addAdminRoutes } from './admin/admin-routes.js';
import type { SandboxParts } from './admin/sandbox-parts.js';
import { sandboxCredentials } from './credentials.js';
import { FaultBook } from './engine/faults.js';
import { addSystem } from './engine/gate.js';
import type { SimulatedSystem } from './engine/simulated-system.js';
import { RequestStats } from './engine/stats.js';
import { readSubscriptions, writeSubscriptions } from './engine/subscription-file.js';
import { Webhooks } from './engine/webhooks.js';
import { AccessTokens } from './systems/access-tokens.js';
import { makeBooks } from './systems/books.js';
import { makeChat } from './systems/chat.js';
import { makeCrm } from './systems/crm.js';
import { makeDesk } from './systems/desk.js';
import { makeMailing } from './systems/mailing.js';
import { makeProjects } from './systems/projects.js';

const maxBodyBytes = 8 * 1024 * 1024;

/** SandboxOptions say where the sandbox listens and keeps its records. */
export interface SandboxOptions {
  /** 0: any free port. It always listens on loopback only. */
  readonly port: number;
  /** Folder of the op logs; absent: everything is in memory. */
  readonly dataFolder?: string;
  /** Fills an empty CRM with 200 accounts, 2,000 contacts and 100 deals. */
  readonly seedDefault?: boolean;
}

/** Sandbox is a running sandbox. */
export interface Sandbox {
  /** Such as `http://127.0.0.1:4010`, without a slash at the end. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * startSandbox starts the six simulated systems and their admin API. Throws when the port is taken, or when the data
 * folder cannot be used or holds a log that cannot be replayed.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const parts = makeParts(options.dataFolder);
  const systems = [...parts.systems.values()];
  const app = makeServer(parts);
  const stop = async (): Promise<void> => {
    await app.close();
    await parts.webhooks.stop();
    for (const { state } of systems) await state.close();
  };
  try {
    await openParts(parts, options.dataFolder);
    if (options.seedDefault === true) await seedDefault(parts);
    await app.listen({ host: '127.0.0.1', port: options.port });
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop };
}

function makeParts(folder: string | undefined): SandboxParts {
  const credentials = sandboxCredentials(process.env);
  const webhooks = new Webhooks();
  const crmTokens = new AccessTokens();
  let saved: Promise<void> = Promise.resolve();
  const systems: readonly SimulatedSystem[] = [
    makeCrm(credentials.crm, crmTokens, webhooks),
    makeBooks(credentials.books),
    makeDesk(credentials.desk),
    makeMailing(credentials.mailing),
    makeProjects(credentials.projects),
    makeChat(credentials.chat),
  ];
  return {
    systems: new Map(systems.map((system) => [system.name, system])),
    faults: new FaultBook(),
    stats: new RequestStats(),
    webhooks,
    crmTokens,
    saveSubscriptions: () => {
      // One after the other: two at once would take each other's file away.
      if (folder !== undefined) saved = saveAfter(saved, folder, webhooks);
      return saved;
    },
  };
}

async function saveAfter(before: Promise<void>, folder: string, webhooks: Webhooks): Promise<void> {
  await before.catch(() => undefined);
  await writeSubscriptions(folder, webhooks.subscriptions);
}

async function openParts(parts: SandboxParts, folder: string | undefined): Promise<void> {
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const subscription of await readSubscriptions(folder)) parts.webhooks.subscribe(subscription);
  }
  for (const { state } of parts.systems.values()) await state.open(folder);
}

function makeServer(parts: SandboxParts): FastifyInstance {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    keepAliveTimeout: 60_000,
    routerOptions: { maxParamLength: 500 },
  });
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Clients often name the type of a body that they do not send.
    if (body === '') done(null, undefined);
    else void parseJson(request, String(body), done);
  });
  app.decorateRequest('fault', undefined);
  app.setNotFoundHandler((_request, reply) => {
    void reply.code(404).send({ error: `the sandbox has ${[...parts.systems.keys()].map((name) => `/${name}`).join(', ')} and /_admin` });
  });
  for (const system of parts.systems.values()) addSystem(app, system, parts.faults, parts.stats);
  addAdminRoutes(app, parts);
  return app;
}

async function seedDefault(parts: SandboxParts): Promise<void> {
  const state = parts.systems.get('crm')?.state;
  if (state === undefined || !state.empty) return;
  state.seed('accounts', { count: 200, seed: 1, messy: 0.1 });
  state.seed('contacts', { count: 2000, seed: 1, messy: 0.15 });
  state.seed('deals', { count: 100, seed: 1, messy: 0 });
  await state.settled();
}
