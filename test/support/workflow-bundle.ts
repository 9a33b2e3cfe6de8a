import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from '../../workers/build-bundle.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['workflows', 'src/contracts', 'src/domain', 'package-lock.json'];

/** workflowBundleCode gives the bundle that the build has made, or a new one where there is none or the sources are newer. */
export async function workflowBundleCode(): Promise<string> {
  const built = path.join(root, 'dist', 'workflow-bundle.js');
  const newest = Math.max(...sources.map((source) => newestIn(path.join(root, source))));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return readFileSync(built, 'utf8');
  return bundleWorkflows();
}

function newestIn(place: string): number {
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(place).map((name) => newestIn(path.join(place, name))));
}
