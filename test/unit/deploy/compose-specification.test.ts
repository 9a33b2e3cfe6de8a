import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeSchema } from './compose-schema.js';
import { interpolate, rawCompose, readEnvFile, repositoryPath } from './compose-file.js';

// The JSON schema of the Compose specification, as its reference implementation publishes it (Apache-2.0).
const specificationModule = 'github.com/compose-spec/compose-go/v2@v2.16.2';
const specification = findSpecification();
const hasSpecification = specification !== undefined;
if (!hasSpecification) console.log(`skipped: the schema in ${specificationModule} not found; it needs Go`);

function findSpecification(): string | undefined {
  const found = spawnSync('go', ['mod', 'download', '-json', specificationModule], { cwd: tmpdir(), encoding: 'utf8', timeout: 60_000 });
  if (found.status !== 0) return undefined;
  const { Dir: folder } = z.object({ Dir: z.string() }).parse(JSON.parse(found.stdout));
  const file = join(folder, 'schema', 'compose-spec.json');
  return existsSync(file) ? file : undefined;
}

const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;
if (!hasCompose) console.log('skipped: docker compose not found');

let folder: string;
let envFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crosswalk-compose-'));
  envFile = join(folder, '.env');
  execFileSync(process.execPath, [repositoryPath('scripts/write-env.mjs'), envFile]);
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const environment = (): Record<string, string> => readEnvFile(envFile);

function faultsOf(file: unknown): unknown {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  // The specification writes "duration" for Go durations (30s), where JSON Schema's format of that name means ISO 8601.
  ajv.addFormat('duration', /^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/);
  // Ajv has the draft built in and does not fetch the address that names it.
  const { $schema: _, ...schema } = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(specification ?? '', 'utf8')));
  const validate = ajv.compile(schema);
  return validate(file) ? [] : validate.errors;
}

describe('docker-compose.yml with the values of write-env.mjs', () => {
  it('has a value for every variable, and the same shape', () => {
    const file = interpolate(rawCompose, environment());
    expect(composeSchema.safeParse(file).error).toBeUndefined();
    expect(JSON.stringify(file)).not.toContain('$');
  });

  it('names a database address that can be read', () => {
    const file = composeSchema.parse(interpolate(rawCompose, environment()));
    const url = new URL(file.services['worker']?.environment?.['DATABASE_URL'] ?? '');
    expect(url).toMatchObject({ username: 'crosswalk', hostname: 'postgresql', port: '5432', pathname: '/crosswalk', password: environment()['CROSSWALK_DB_PASSWORD'] });
  });
});

describe.skipIf(!hasSpecification)('the Compose specification', () => {
  it('accepts docker-compose.yml as it is written', () => expect(faultsOf(rawCompose)).toEqual([]));
  it('accepts it with all variables replaced', () => expect(faultsOf(interpolate(rawCompose, environment()))).toEqual([]));
  it('refuses a misspelt key', () => {
    expect(faultsOf({ services: { worker: { image: 'a:1', read_onyl: true } } })).toContainEqual(expect.objectContaining({ instancePath: '/services/worker' }));
  });
});

describe.skipIf(!hasCompose)('docker compose config', () => {
  it('accepts the file with the values of write-env.mjs', () => {
    const args = ['compose', '--project-directory', repositoryPath('.'), '--env-file', envFile, 'config'];
    const result = spawnSync('docker', args, { encoding: 'utf8' });
    expect(result.stderr).toBe('');
    expect(parse(result.stdout)).toMatchObject({ name: 'crosswalk', services: { worker: { read_only: true } } });
  });
});
