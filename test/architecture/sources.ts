import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

/** repositoryRoot is the folder of package.json. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

/** ImportStatement is one place where a source file takes something from another module. */
export interface ImportStatement {
  /** The importing file, relative to the root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  /** A package's or built-in module's name (`pg`, `node:fs`), or the imported file relative to the root. */
  readonly module: string;
  readonly isOurs: boolean;
}

/** sourceFiles finds every TypeScript file below the folders, relative to the root. */
export function sourceFiles(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => readdirSync(path.join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.posix.join(folder, file)))
    .toSorted();
}

/** importStatements reads the imports of a file, re-exports and dynamic imports included; throws where one cannot be read. */
export function importStatements(file: string, source = readFileSync(path.join(repositoryRoot, file), 'utf8')): ImportStatement[] {
  const { module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors.map(({ message }) => message).join('; ')}`);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.slice(0, 1).flatMap(({ moduleRequest }) => moduleRequest ?? [])),
    ...module.dynamicImports.map(({ moduleRequest }) => ({ ...moduleRequest, value: literal(source.slice(moduleRequest.start, moduleRequest.end), file) })),
  ];
  return requests.map(({ value, start }) => ({ file, line: source.slice(0, start).split('\n').length, ...target(file, value) }));
}

function literal(text: string, file: string): string {
  const found = /^'([^']+)'$/.exec(text)?.[1];
  if (found === undefined) throw new Error(`${file} imports ${text}: a dynamic import must name its module in single quotes, so that it can be checked.`);
  return found;
}

function target(file: string, request: string): Pick<ImportStatement, 'module' | 'isOurs'> {
  if (request.startsWith('.')) return { module: path.posix.join(path.posix.dirname(file), request).replace(/\.js$/, '.ts'), isOurs: true };
  if (request.startsWith('node:')) return { module: request, isOurs: false };
  return { module: request.split('/').slice(0, request.startsWith('@') ? 2 : 1).join('/'), isOurs: false };
}
