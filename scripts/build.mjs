// Compiles the sources and bundles the workflows. It does nothing when the build is newer than every source.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = ['src', 'workflows', 'activities', 'workers', 'scripts', 'package.json', 'tsconfig.json'];
const stamp = join(root, 'dist', '.built');

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
if (builtAt < Math.max(...sources.map((name) => newest(join(root, name))))) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  mkdirSync(join(root, 'dist'), { recursive: true });
  process.stderr.write('Compiling …\n');
  execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' });
  for (const name of ['src/connectors/builtin']) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(root, 'dist', name), { recursive: true });
  }
  process.stderr.write('Bundling the workflows …\n');
  const { writeWorkflowBundle } = await import(join(root, 'dist', 'workers', 'build-bundle.js'));
  await writeWorkflowBundle(join(root, 'dist', 'workflow-bundle.js'));
  writeFileSync(stamp, '');
}
