import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compose, interpolate, readRepositoryFile, repositoryPath, variablesIn } from './compose-file.js';
import type { ComposeService } from './compose-schema.js';

const services = Object.entries(compose.services);
const each = describe.each(services);
const isOneShot = (service: ComposeService | undefined): boolean => service?.restart === 'no';
const ourRoles = ['migrate', 'server', 'worker'];

describe('docker-compose.yml', () => {
  it('has the services of the set-up', () => {
    expect(services.map(([name]) => name)).toEqual(['postgresql', 'temporal-schema', 'temporal', 'temporal-namespace', 'temporal-ui', 'migrate', 'server', 'worker']);
  });

  it('keeps the databases on a network without a way out, and publishes no port of theirs', () => {
    expect(compose.networks['data']?.internal).toBe(true);
    expect(compose.services['postgresql']).toMatchObject({ networks: ['data'] });
    expect(compose.services['postgresql']?.ports).toBeUndefined();
  });

  it('runs the same version of the Temporal server and of the tools that set it up', () => {
    const versions = ['temporal', 'temporal-schema', 'temporal-namespace'].map((name) => compose.services[name]?.image.split(':')[1]);
    expect(new Set(versions).size).toBe(1);
  });

  it('builds the release that package.json names, and never fetches it', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readRepositoryFile('package.json')));
    for (const name of ourRoles) expect(compose.services[name]).toMatchObject({ image: `crosswalk:${version}`, build: { context: '.' }, pull_policy: 'never' });
  });

  it('starts the roles in order', () => {
    const everything = {
      postgresql: { condition: 'service_healthy' }, temporal: { condition: 'service_healthy' },
      'temporal-namespace': { condition: 'service_completed_successfully' }, migrate: { condition: 'service_completed_successfully' },
    };
    expect(compose.services['server']?.depends_on).toEqual(everything);
    expect(compose.services['worker']?.depends_on).toEqual(everything);
  });

  it('lets the worker be scaled', () => {
    const worker = compose.services['worker'];
    expect(worker?.container_name).toBeUndefined();
    expect(worker?.ports).toBeUndefined();
    expect(worker?.deploy.replicas).toBe('${CROSSWALK_WORKERS:-1}');
  });

  it('gives a worker longer to stop than it gives its activities', () => {
    const grace = /SHUTDOWN_GRACE = '(\d+) seconds'/.exec(readRepositoryFile('workers/run-worker.ts'))?.[1];
    expect(Number.parseInt(compose.services['worker']?.stop_grace_period ?? '0', 10)).toBeGreaterThan(Number(grace));
  });

  it.each(['server', 'worker'])('mounts the definitions for reading only in the %s, and says where', (name) => {
    expect(compose.services[name]?.volumes).toEqual([
      { type: 'bind', source: '${CROSSWALK_DEFINITIONS:-./definitions}', target: '/definitions', read_only: true, bind: { create_host_path: false } },
    ]);
    expect(compose.services[name]?.environment?.['CROSSWALK_DEFINITIONS']).toBe('/definitions');
  });
});

each('service %s', (_name, service) => {
  it('is pinned to a version', () => {
    expect(service.image).toMatch(/^[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.]+)?(@sha256:[0-9a-f]{64})?$/);
  });

  it('publishes ports on the loopback address only', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+:-\d+\}:\d+$/);
    expect(service.network_mode).toBeUndefined();
  });

  it('has no rights it does not need', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], ulimits: { core: 0 } });
    expect(service.cap_add).toBeUndefined();
    expect(service.privileged).toBeUndefined();
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('has bounded logs, memory and processes', () => {
    expect(service.logging.options).toEqual({ 'max-size': '10m', 'max-file': '5' });
    expect(service.deploy.resources.limits.pids).toBeGreaterThan(0);
  });

  it('has a health check, or ends by itself', () => {
    expect(service.healthcheck === undefined).toBe(isOneShot(service));
  });

  it('waits for services in a way that they can fulfil', () => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(compose.services[name], name).toBeDefined();
      expect(condition).toBe(isOneShot(compose.services[name]) ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  it('uses networks, volumes and files that exist', () => {
    for (const network of service.networks) expect(Object.keys(compose.networks)).toContain(network);
    for (const volume of service.volumes ?? []) {
      if (typeof volume !== 'string') continue;
      const [source = '', , mode] = volume.split(':');
      if (source.startsWith('./')) {
        expect(existsSync(repositoryPath(source)), source).toBe(true);
        expect(mode).toBe('ro');
      } else {
        expect(Object.keys(compose.volumes)).toContain(source);
      }
    }
  });

  it('holds no password of its own', () => {
    for (const [name, value] of Object.entries(service.environment ?? {})) {
      if (/PASS|PWD|SECRET|TOKEN|_KEY/.test(name)) expect(value, name).toMatch(/^\$\{\w+:\?[^}]+\}$/);
      const inAddress = /:\/\/[^:/@]*:([^/]*)@/.exec(value)?.[1];
      if (inAddress !== undefined) expect(inAddress, name).toMatch(/^\$\{\w+:\?[^}]+\}$/);
    }
    for (const [, text] of JSON.stringify([service.command, service.entrypoint]).matchAll(/passw(?:or)?d=([^"]*)/gi)) expect(text).toMatch(/^\$\{\w+:\?/);
  });
});

describe('variables', () => {
  const text = readRepositoryFile('docker-compose.yml');
  const uses = variablesIn(text);

  it('have a default, or stop the start with what to do', () => {
    expect(uses.length).toBeGreaterThan(0);
    for (const use of uses) {
      if (use.operator === ':?') expect(use.argument, use.name).toBe('run "node scripts/write-env.mjs" first');
      else expect(use.operator, use.name).toBe(':-');
    }
  });

  it('are all found: no other $ is in the file', () => {
    expect(text.split('$').length - 1).toBe(uses.length);
  });

  it('are written about in docs/deploy.md where a person may set them', () => {
    const page = readRepositoryFile('docs/deploy.md');
    for (const { name } of uses.filter(({ operator }) => operator === ':-')) expect(page, name).toContain(`\`${name}\``);
  });

  it('without a value stop with the instruction', () => {
    expect(() => interpolate(compose.services['postgresql'], {})).toThrow('run "node scripts/write-env.mjs" first');
  });
});
