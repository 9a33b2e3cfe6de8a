import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { workflowBundleCode } from '../support/workflow-bundle.js';
import { repositoryRoot } from './sources.js';

interface Node { readonly type: string; readonly [key: string]: unknown }

/** What a module of workflows keeps between two workflows that share it: each a line of its source. */
function stateOf(file: string, source: string): string[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed`);
  return (program.body as unknown as readonly Node[])
    .map((statement) => (statement['declaration'] as Node | null | undefined) ?? statement)
    .filter(keepsState)
    .map((statement) => source.slice(source.lastIndexOf('\n', statement['start'] as number) + 1).split('\n')[0] ?? '');
}

function keepsState(statement: Node): boolean {
  if (statement.type === 'ClassDeclaration') return ((statement['body'] as Node)['body'] as readonly Node[]).some(({ type, static: isStatic, readonly }) => type === 'PropertyDefinition' && isStatic === true && readonly !== true);
  if (statement.type !== 'VariableDeclaration') return false;
  return statement['kind'] !== 'const' || (statement['declarations'] as readonly Node[]).some(({ init }) => init !== null && init !== undefined && isFilledLater(init as Node));
}

// A list, map or set that begins empty is there to be filled; an expression with g or y remembers how far it has come.
function isFilledLater({ type, arguments: given, elements, properties, regex }: Node): boolean {
  if (type === 'NewExpression') return (given as readonly Node[]).length === 0;
  if (type === 'Literal') return /[gy]/.test((regex as { readonly flags: string } | undefined)?.flags ?? '');
  return (type === 'ArrayExpression' && (elements as readonly Node[]).length === 0) || (type === 'ObjectExpression' && (properties as readonly Node[]).length === 0);
}

let files: string[];

beforeAll(async () => {
  files = [...(await workflowBundleCode()).matchAll(/^\/\*\*\*\/ "(\.[^"]+)":?$/gm)].flatMap(([, place]) => place ?? [])
    .filter((place) => !place.includes('/node_modules/'))
    .map((place) => place.replace(/^\.\/(dist[^/]*\/)?/, '').replace(/\.js$/, '.ts'));
}, 120_000);

describe('modules of workflows, which are loaded once for all workflows of a worker,', () => {
  it('keep nothing between two of them', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap((file) => stateOf(file, readFileSync(path.join(repositoryRoot, file), 'utf8')).map((line) => `${file}: ${line}`))).toEqual([]);
  });

  it.each(['let count = 0;', 'export let last: string | undefined;', 'const seen = new Map<string, string>();', 'export const all: string[] = [];', 'const found = /a/g;', 'class Desk { static open = 0; }'])('%s would be such a thing', (line) => {
    expect(stateOf('probe.ts', line)).toEqual([line]);
  });

  it.each(['const names: ReadonlySet<string> = new Set(["a"]);', 'const word = /a/u;', 'export const wake = defineSignal("wake");', 'class Desk { open = 0; static readonly most = 3; }'])('%s is none', (line) => {
    expect(stateOf('probe.ts', line)).toEqual([]);
  });
});
