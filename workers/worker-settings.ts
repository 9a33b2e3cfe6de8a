import { z } from 'zod';
import { networkEntryProblem, readNetworkEntries } from '../src/egress/network-rules.js';

const schema = z.object({
  DATABASE_URL: z.string({ error: 'DATABASE_URL is not set. Give the address of the PostgreSQL database, as in postgresql://user:password@host:5432/crosswalk.' }).regex(/^postgres(ql)?:\/\//, 'DATABASE_URL must begin with postgresql://.'),
  CROSSWALK_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  CROSSWALK_WINDOW_PAGES: z.coerce.number().int().min(1).max(1000).default(40),
  CROSSWALK_WINDOW_SECONDS: z.coerce.number().positive().max(600).default(15),
  // Compose passes on a variable that is not set as an empty one.
  CROSSWALK_NOTIFY_URL: z.union([z.literal(''), z.url({ protocol: /^https?$/ })], { error: 'must be the address of a Slack-compatible webhook' }).optional(),
  CROSSWALK_NETWORK_ALLOW: z.string().default('').transform(readNetworkEntries).superRefine((entries, context) => {
    for (const entry of entries) {
      const problem = networkEntryProblem(entry);
      if (problem !== undefined) context.addIssue(`${entry}: ${problem}`);
    }
  }),
  CROSSWALK_ACTIVITIES: z.coerce.number().int().min(1).max(200).default(20),
});

/** WorkerSettings is what a worker process is told by its environment. */
export interface WorkerSettings {
  readonly databaseUrl: string;
  readonly logLevel: string;
  readonly windowPages: number;
  readonly windowMs: number;
  /** What may be connected to besides public addresses, by systems and channels of the whole deployment. */
  readonly networkAllow: readonly string[];
  /** How many activities run in this process at once. */
  readonly activities: number;
  /** Address, which is a secret, of the Slack-compatible webhook that notifications go to; absent: they are only kept. */
  readonly notifyUrl?: string;
}

/** SettingsError is thrown when the environment cannot be used; its message names each variable and what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** readWorkerSettings reads the environment once; throws SettingsError with all that is wrong with it. */
export function readWorkerSettings(environment: NodeJS.ProcessEnv): WorkerSettings {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) throw new SettingsError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL,
    logLevel: data.CROSSWALK_LOG_LEVEL,
    windowPages: data.CROSSWALK_WINDOW_PAGES,
    windowMs: data.CROSSWALK_WINDOW_SECONDS * 1000,
    networkAllow: data.CROSSWALK_NETWORK_ALLOW,
    activities: data.CROSSWALK_ACTIVITIES,
    ...(data.CROSSWALK_NOTIFY_URL === undefined || data.CROSSWALK_NOTIFY_URL === '' ? {} : { notifyUrl: data.CROSSWALK_NOTIFY_URL }),
  };
}
