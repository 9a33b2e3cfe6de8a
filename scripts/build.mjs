// Compiles the sources and bundles the workflows into dist/. It does nothing when the build is newer than every source.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = ['src', 'workflows', 'activities', 'workers', 'scripts/build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];
const dist = join(root, 'dist');
const stamp = join(dist, '.built');

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  return stat.isDirectory() ? Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name)))) : stat.mtimeMs;
}

const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
if (builtAt < Math.max(...sources.map((name) => newest(join(root, name))))) {
  // Built beside and then put in its place, so that whoever starts a process meanwhile finds a whole build.
  const draft = `${dist}.${process.pid}`;
  const old = `${draft}.old`;
  try {
    const startedAt = new Date();
    mkdirSync(draft);
    process.stderr.write('Compiling …\n');
    execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.json'), '--outDir', draft], { stdio: 'inherit' });
    cpSync(join(root, 'src/connectors/builtin'), join(draft, 'src/connectors/builtin'), { recursive: true });
    process.stderr.write('Bundling the workflows …\n');
    const { writeWorkflowBundle } = await import(join(draft, 'workers', 'build-bundle.js'));
    const bundle = join(draft, 'workflow-bundle.js');
    await writeWorkflowBundle(bundle);
    // Modules are named by their path; equal sources must give an equal bundle, since workers are known by its hash.
    writeFileSync(bundle, readFileSync(bundle, 'utf8').replaceAll(basename(draft), basename(dist)));
    writeFileSync(join(draft, '.built'), `${startedAt.toISOString()}\n`);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(draft, dist);
  } catch (error) {
    // The compiler has said what is wrong; its stack helps nobody.
    if (error.status === undefined) throw error;
    process.exitCode = 1;
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}
