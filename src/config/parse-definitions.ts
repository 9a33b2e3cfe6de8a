import { LineCounter, parseAllDocuments, type Document, type YAMLError } from 'yaml';
import { definitionKinds } from '../contracts/definition-kind.js';
import type { DefinitionSource } from './definition-source.js';
import type { Finding } from './finding.js';
import { suggestion } from './suggestion.js';
import { isMapping } from './tolerant-access.js';
import { locator } from './yaml-position.js';

/** ParsedFile is what a definition file holds. */
export interface ParsedFile {
  readonly sources: readonly DefinitionSource[];
  readonly findings: readonly Finding[];
}

// An alias may stand for a large part of a file; a few dozen are plenty for definitions, and thousands are an attack.
const maxAliasCount = 100;

/** parseDefinitions reads the definitions in the text of one YAML 1.2 file; `file` is the name that findings show. */
export function parseDefinitions(file: string, text: string): ParsedFile {
  if (bracketDepth(text) > maxBracketDepth) {
    const message = `YAML: more than ${maxBracketDepth} brackets are open at the same place`;
    return { sources: [], findings: [{ file, line: 1, column: 1, level: 'error', type: 'yaml-syntax', message }] };
  }
  const lines = new LineCounter();
  // Pretty errors quote the line, which could hold a secret.
  const parsed = parseYaml(text, lines).filter((document) => document.contents !== null || document.errors.length > 0);
  if (parsed.length === 0) {
    return { sources: [], findings: [{ file, line: 1, column: 1, level: 'warning', type: 'not-a-definition', message: 'the file holds no definition' }] };
  }
  const sources: DefinitionSource[] = [];
  const findings: Finding[] = [];
  for (const document of parsed) {
    const { source, found } = readDocument(file, text, document, lines);
    sources.push(source);
    findings.push(...found);
  }
  return { sources, findings };
}

/** The parser goes one level down for each open bracket; a file of brackets would exhaust the stack. */
const maxBracketDepth = 500;

function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function parseYaml(text: string, lines: LineCounter): readonly Document[] {
  const documents = parseAllDocuments(text, {
    lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true, stringKeys: true, version: '1.2', schema: 'core', logLevel: 'error',
  });
  return Array.isArray(documents) ? documents : [];
}

function readDocument(file: string, text: string, document: Document, lines: LineCounter): { source: DefinitionSource; found: readonly Finding[] } {
  const locate = locator(document, text, lines);
  const found = firstOfEachLine(withoutEchoes([...document.errors, ...document.warnings]).map((problem) => syntaxFinding(file, problem, text, lines)));
  // A key given twice leaves the rest readable.
  let broken = document.errors.some((error) => error.code !== 'DUPLICATE_KEY');
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount });
    const problem = shapeProblem(value);
    if (problem !== undefined) throw new RangeError(problem);
  } catch (error) {
    broken = true;
    value = undefined;
    const reason = error instanceof Error ? error.message : 'unreadable';
    if (found.length === 0) found.push({ file, ...locate([]), level: 'error', type: 'yaml-syntax', message: `YAML: ${reason}` });
  }
  const kind = isMapping(value) ? (definitionKinds.find((name) => Object.hasOwn(value, name)) ?? null) : null;
  const name = kind !== null && isMapping(value) ? value[kind] : null;
  const source: DefinitionSource = { file, kind, name: typeof name === 'string' ? name : null, broken, value, locate };
  if (kind === null && !broken) found.push({ file, ...locate([]), level: 'error', type: 'not-a-definition', message: kindMessage(value) });
  return { source, found };
}

/** Once the parser is lost, each further token is unexpected, which tells nobody anything. */
function withoutEchoes(problems: readonly YAMLError[]): readonly YAMLError[] {
  const lost = problems.findIndex(({ code }) => code === 'UNEXPECTED_TOKEN');
  return problems.filter(({ code }, index) => code !== 'UNEXPECTED_TOKEN' || index === lost);
}

/** One mistake often makes several errors; the first of a line says most. */
function firstOfEachLine(findings: readonly Finding[]): Finding[] {
  const seen = new Set<number>();
  return findings.filter(({ line }) => !seen.has(line) && seen.add(line));
}

/** Definitions are a dozen levels deep; whatever is much deeper is a mistake or an attack. */
const maxDepth = 64;

/** shapeProblem says why a value cannot be walked safely: it is in itself, through an alias, or too deep. */
function shapeProblem(value: unknown, around: unknown[] = []): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (around.includes(value)) return 'an alias stands for a part that it is in itself';
  if (around.length >= maxDepth) return `nested more than ${maxDepth} levels deep`;
  around.push(value);
  for (const part of Object.values(value)) {
    const problem = shapeProblem(part, around);
    if (problem !== undefined) return problem;
  }
  around.pop();
  return undefined;
}

function kindMessage(value: unknown): string {
  const begins = definitionKinds.map((kind) => `'${kind}: NAME'`);
  const expected = `a definition begins with ${begins.slice(0, -1).join(', ')} or ${begins.at(-1) ?? ''}`;
  if (!isMapping(value)) return expected;
  const [first] = Object.keys(value);
  const meant = first === undefined ? undefined : suggestion(first, definitionKinds);
  return meant === undefined ? `${expected}${first === undefined ? '' : `, not with '${first}'`}` : `unknown kind '${first}'; did you mean '${meant}'?`;
}

function syntaxFinding(file: string, problem: YAMLError, text: string, lines: LineCounter): Finding {
  const { line, col } = lines.linePos(problem.pos[0]);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1), level: 'error', type: 'yaml-syntax', message: `YAML: ${plainMessage(problem, text)}` };
}

function plainMessage(problem: YAMLError, text: string): string {
  const [from] = problem.pos;
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = text.indexOf('\n', from);
  const line = text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd);
  if (problem.code === 'DUPLICATE_KEY') return 'the same key is given twice in one mapping';
  if (problem.code === 'TAB_AS_INDENT') return 'a tab cannot indent a line; use blanks';
  // The parser quotes what it did not expect, which could be a secret.
  const message = problem.message.replace(/: ".*$/s, '');
  if (/\{.*\$\{/.test(line)) return `${message}; text with \${…} inside { } needs quotes`;
  if (/[{[].*\w\(["']/.test(line)) return `${message}; inside { } and [ ] a conversion with commas needs quotes, as in 'replace("a", "b")'`;
  return message;
}
