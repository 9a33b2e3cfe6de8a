import { DefaultLogger, Runtime, type RuntimeOptions } from '@temporalio/worker';
import { IllegalStateError } from '@temporalio/common';

/** quiet logs errors only. */
export const quiet = new DefaultLogger('ERROR');

/** installQuietRuntime keeps the workers of this process from filling the output; what an earlier test file has installed stays. */
export function installQuietRuntime(options: RuntimeOptions = {}): void {
  try {
    Runtime.install({ logger: quiet, ...options });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

/** installSilentRuntime keeps what the core logs from the output too. */
export function installSilentRuntime(): void {
  installQuietRuntime({ telemetryOptions: { logging: { filter: 'OFF', forward: {} } } });
}
