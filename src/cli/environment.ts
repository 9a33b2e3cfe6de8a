import type { LocalInstance } from '../local/local-instance.js';
import { sandboxEnvironment } from './sandbox-environment.js';

/**
 * completedEnvironment is an environment with what a running local instance adds for the definitions of its sandbox:
 * `SANDBOX_URL` and the made-up credentials. What the environment sets itself stands.
 */
export function completedEnvironment(environment: NodeJS.ProcessEnv, instance: Pick<LocalInstance, 'sandboxUrl'> | undefined): NodeJS.ProcessEnv {
  if (instance?.sandboxUrl === undefined) return environment;
  const added = Object.entries(sandboxEnvironment(environment, instance.sandboxUrl));
  return { ...environment, ...Object.fromEntries(added.filter(([name]) => (environment[name] ?? '') === '')) };
}
