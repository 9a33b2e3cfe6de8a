import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { searchAttributes } from '../../../src/contracts/names.js';
import { compose, readRepositoryFile, repositoryPath } from './compose-file.js';

const script = readRepositoryFile('deploy/temporal/create-namespace.sh');

describe('the set-up of Temporal', () => {
  it('creates the search attributes that workflows carry, as keywords', () => {
    const created = /^for name in (?<names>.+); do$/m.exec(script)?.groups?.['names']?.split(' ');
    expect(created?.toSorted()).toEqual(Object.values(searchAttributes).toSorted());
    expect(script).toContain('--type Keyword');
  });

  it('creates the namespace that every role uses', () => {
    const namespaces = ['temporal-namespace', 'server', 'worker'].map((name) => compose.services[name]?.environment?.['TEMPORAL_NAMESPACE']);
    expect(new Set(namespaces)).toEqual(new Set(['crosswalk']));
    expect(compose.services['temporal-ui']?.environment?.['TEMPORAL_DEFAULT_NAMESPACE']).toBe('crosswalk');
  });

  it.each(['create-namespace.sh', 'update-schema.sh'])('%s is a script that a plain shell can read', (name) => {
    expect(spawnSync('sh', ['-n', repositoryPath(`deploy/temporal/${name}`)]).status).toBe(0);
  });

  it('updates the databases that the server uses and that PostgreSQL was told to create', () => {
    const environment = compose.services['temporal']?.environment ?? {};
    const sql = readRepositoryFile('deploy/postgres/create-databases.sql');
    for (const name of [environment['DBNAME'], environment['VISIBILITY_DBNAME']]) {
      expect(sql).toContain(`create database ${name} owner ${environment['POSTGRES_USER']};`);
      expect(readRepositoryFile('deploy/temporal/update-schema.sh')).toMatch(new RegExp(`^for database in.* ${name}\\b`, 'm'));
    }
  });

  it('mounts its dynamic configuration where the server reads it', () => {
    const [host = '', container = ''] = compose.services['temporal']?.volumes?.map(String)[0]?.split(':') ?? [];
    const path = compose.services['temporal']?.environment?.['DYNAMIC_CONFIG_FILE_PATH'] ?? '';
    expect(path.startsWith(`${container}/`)).toBe(true);
    const settings = z.record(z.string(), z.unknown()).parse(parse(readRepositoryFile(path.replace(container, host))));
    for (const [name, values] of Object.entries(settings)) {
      expect(name).toMatch(/^(limit|history|matching|frontend|system)\.\w+$/);
      expect(values).toEqual([{ value: expect.any(Number) }]);
    }
  });
});

describe('the databases', () => {
  it('get their passwords from the environment of the container', () => {
    const sql = readRepositoryFile('deploy/postgres/create-databases.sql');
    const read = [...sql.matchAll(/^\\getenv \w+ (\w+)$/gm)].map(([, name]) => name);
    expect(read).toEqual(['CROSSWALK_DB_PASSWORD', 'TEMPORAL_DB_PASSWORD']);
    for (const name of read) expect(compose.services['postgresql']?.environment?.[name ?? '']).toContain(`\${${name}:?`);
    expect(sql).not.toMatch(/password\s+'/);
  });
});
