import { existsSync } from 'node:fs';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { LocalError, reasonOf } from './local-error.js';
import { readLocalInstance } from './local-instance.js';
import { stateFolderPath } from './state-folder.js';

/** DEFAULT_NAMESPACE is the namespace of the local instance, and of an environment that names none. */
export const DEFAULT_NAMESPACE = 'default';

/** TemporalTarget is a Temporal server to connect to; the options suit both `Connection` and `NativeConnection`. */
export interface TemporalTarget {
  readonly connectionOptions: ClientConnectConfig['connectionOptions'] & { readonly address: string };
  readonly namespace: string;
  /** `environment` where the standard Temporal configuration names the address, `local` where `npm start` runs it. */
  readonly source: 'environment' | 'local';
}

/**
 * configuredTemporal gives the server that the standard Temporal environment configuration names (`TEMPORAL_ADDRESS`,
 * `TEMPORAL_PROFILE`, the configuration file), or undefined where it names no address: then nothing else in it counts
 * either. It throws a LocalError for a configuration that cannot be read.
 */
export function configuredTemporal(env: NodeJS.ProcessEnv = process.env): TemporalTarget | undefined {
  const file = env['TEMPORAL_CONFIG_FILE'];
  let config: ClientConnectConfig;
  try {
    // The SDK takes a missing file for an empty one, and we would then start a server that nobody asked for.
    if (file !== undefined && !existsSync(file)) throw new Error('the file does not exist');
    config = loadClientConnectConfig({ overrideEnvVars: definedVariables(env) });
  } catch (error) {
    // The first line only, and no cause: the rest of a TOML error quotes the file, which may hold an API key.
    throw new LocalError(`The Temporal environment configuration cannot be read: ${reasonOf(error).split('\n', 1)[0]}`, {
      where: `TEMPORAL_* variables, ${file ?? "Temporal's configuration file (temporalio/temporal.toml)"}`,
      todo: 'Correct it, or unset the TEMPORAL_* variables to use the local server.',
    });
  }
  const { address } = config.connectionOptions;
  if (address === undefined || address === '') return undefined;
  return { connectionOptions: { ...config.connectionOptions, address }, namespace: config.namespace ?? DEFAULT_NAMESPACE, source: 'environment' };
}

/**
 * temporalTarget gives the server that commands and workers connect to: the configured one, otherwise the one of the
 * running local instance. It throws a LocalError where there is neither.
 */
export function temporalTarget(env: NodeJS.ProcessEnv = process.env): TemporalTarget {
  const configured = configuredTemporal(env);
  if (configured !== undefined) return configured;
  const folder = stateFolderPath(env);
  const instance = readLocalInstance(folder);
  if (instance?.temporalAddress !== undefined) {
    return { connectionOptions: { address: instance.temporalAddress }, namespace: instance.namespace ?? DEFAULT_NAMESPACE, source: 'local' };
  }
  throw new LocalError('No Temporal server is known: none is configured, and no local instance is running.', {
    where: `TEMPORAL_ADDRESS, ${folder}`,
    todo: 'Set TEMPORAL_ADDRESS, or run "npm start" in another terminal.',
  });
}

function definedVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) defined[name] = value;
  return defined;
}
