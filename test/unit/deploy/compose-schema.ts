import { z } from 'zod';

const seconds = z.string().regex(/^\d+[sm]$/);
const size = z.string().regex(/^\d+[mg]$/);
const condition = z.enum(['service_healthy', 'service_completed_successfully']);

const bindMount = z.strictObject({
  type: z.literal('bind'), source: z.string(), target: z.string(), read_only: z.boolean(),
  bind: z.strictObject({ create_host_path: z.boolean() }),
});

const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string() }).optional(),
  pull_policy: z.literal('never').optional(),
  init: z.boolean(),
  user: z.string(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).optional(),
  privileged: z.boolean().optional(),
  network_mode: z.string().optional(),
  container_name: z.string().optional(),
  security_opt: z.array(z.string()),
  ulimits: z.strictObject({ core: z.number() }),
  logging: z.strictObject({ driver: z.literal('json-file'), options: z.strictObject({ 'max-size': z.string(), 'max-file': z.string() }) }),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  env_file: z.array(z.strictObject({ path: z.string(), required: z.boolean() })).optional(),
  volumes: z.array(z.union([z.string(), bindMount])).optional(),
  tmpfs: z.array(z.string()).optional(),
  shm_size: size.optional(),
  ports: z.array(z.string()).optional(),
  networks: z.array(z.string()),
  depends_on: z.record(z.string(), z.strictObject({ condition })).optional(),
  healthcheck: z.strictObject({ test: z.array(z.string()).min(2), interval: seconds, timeout: seconds, retries: z.number().int(), start_period: seconds }).optional(),
  restart: z.enum(['no', 'unless-stopped']),
  stop_grace_period: seconds.optional(),
  deploy: z.strictObject({
    replicas: z.union([z.string(), z.number()]).optional(),
    resources: z.strictObject({
      limits: z.strictObject({ memory: size, pids: z.number().int() }),
      reservations: z.strictObject({ memory: size }).optional(),
    }),
  }),
});

/** composeSchema is the part of the Compose format that docker-compose.yml uses; a misspelt key is an error. */
export const composeSchema = z.object({
  name: z.string(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
}).catchall(z.unknown()).refine(
  (file) => Object.keys(file).every((key) => ['name', 'services', 'networks', 'volumes'].includes(key) || key.startsWith('x-')),
  'only name, services, networks, volumes and x-… stand at the top',
);

/** ComposeFile is docker-compose.yml as it is written, variables included. */
export type ComposeFile = z.infer<typeof composeSchema>;

/** ComposeService is one service of docker-compose.yml. */
export type ComposeService = z.infer<typeof service>;
