import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const silent = (): void => undefined;
const quiet: Logger = { log: silent, trace: silent, debug: silent, info: silent, warn: (message) => { console.warn(message); }, error: (message) => { console.error(message); } };

// From its source in tests, compiled in the build.
function failureConverterPath(): string {
  const compiled = fileURLToPath(new URL('../workflows/failure-converter.js', import.meta.url));
  return existsSync(compiled) ? compiled : compiled.replace(/\.js$/, '.ts');
}

/** bundleWorkflows makes the one script that every workflow runs from. */
export async function bundleWorkflows(): Promise<string> {
  // Loaded once for all workflows instead of once for each; none of these modules keeps anything (decision 0047).
  const workflowsPath = fileURLToPath(new URL('../workflows', import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, failureConverterPath: failureConverterPath(), preloadModules: [workflowsPath], logger: quiet });
  return code;
}

/** writeWorkflowBundle stores the workflow bundle, which workers load and histories are replayed against. */
export async function writeWorkflowBundle(path: string): Promise<void> {
  await writeFile(path, await bundleWorkflows());
}
