import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { composeSchema, type ComposeFile } from './compose-schema.js';

/** repositoryPath gives the path of a file of the repository. */
export function repositoryPath(name: string): string {
  return fileURLToPath(new URL(`../../../${name}`, import.meta.url));
}

/** readRepositoryFile reads a file of the repository as text. */
export function readRepositoryFile(name: string): string {
  return readFileSync(repositoryPath(name), 'utf8');
}

/** readEnvFile reads an environment file as `docker compose` does. */
export function readEnvFile(path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(parseEnv(readFileSync(path, 'utf8'))).map(([name, value]) => [name, value ?? '']));
}

/** VariableUse is one `${NAME:-default}` or `${NAME:?message}`. */
export interface VariableUse {
  readonly name: string;
  readonly operator: string;
  /** The default or the message. */
  readonly argument: string;
}

const VARIABLE = /\$\{(?<name>\w+)(?:(?<operator>:?[-?+])(?<argument>[^}]*))?\}/g;

/** variablesIn lists the variables that a text of the Compose file takes from the environment. */
export function variablesIn(text: string): VariableUse[] {
  return [...text.matchAll(VARIABLE)].map(({ groups }) => ({ name: groups?.['name'] ?? '', operator: groups?.['operator'] ?? '', argument: groups?.['argument'] ?? '' }));
}

/** interpolate puts values for variables into every text, as `docker compose` does; throws the message of a `:?` that has none. */
export function interpolate(value: unknown, environment: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(VARIABLE, (whole, name: string, operator: string | undefined, argument: string) => {
      const set = environment[name];
      if (set !== undefined && set !== '') return set;
      if (operator === ':-') return argument;
      throw new Error(`${whole}: ${argument}`);
    });
  }
  if (Array.isArray(value)) return value.map((item) => interpolate(item, environment));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolate(item, environment)]));
  return value;
}

/** rawCompose is docker-compose.yml with its merge keys resolved and its variables as they are written. */
export const rawCompose: unknown = parse(readRepositoryFile('docker-compose.yml'), { merge: true });

/** compose is docker-compose.yml, checked against the part of the Compose format that it uses. */
export const compose: ComposeFile = composeSchema.parse(rawCompose);
