/** Zone is a folder and what its files may import. */
export interface Zone {
  /** Ends without a slash; the longest folder that a file is in is its zone. */
  readonly folder: string;
  /** Other zones that it may import; its own files are always allowed. */
  readonly zones: readonly string[];
  /** npm packages, by name. */
  readonly packages: readonly string[];
  /** Whether Node's own modules may be imported. */
  readonly node: boolean;
}

/** Exception is one import that a zone's rule forbids and the project needs all the same. */
export interface Exception {
  /** One file, or a folder that ends with a slash. */
  readonly from: string;
  /** A file, a folder that ends with a slash, or a package. */
  readonly to: string;
  readonly reason: string;
}

/** zones is who may import whom; arrows point one way only. */
export const zones: readonly Zone[] = [
  { folder: 'src/contracts', zones: [], packages: [], node: false },
  { folder: 'src/domain', zones: ['src/contracts'], packages: [], node: false },
  { folder: 'src/log', zones: [], packages: ['pino'], node: true },
  { folder: 'src/local', zones: [], packages: ['@temporalio/client', '@temporalio/envconfig', 'pg'], node: true },
  { folder: 'src/egress', zones: [], packages: ['ipaddr.js'], node: false },
  { folder: 'src/config', zones: ['src/contracts', 'src/domain', 'src/egress'], packages: ['fastest-levenshtein', 'yaml', 'zod'], node: true },
  { folder: 'src/spreadsheet', zones: ['src/contracts', 'src/config', 'src/domain'], packages: ['csv-parse', 'csv-stringify', 'read-excel-file', 'write-excel-file', 'yaml'], node: true },
  { folder: 'src/http', zones: ['src/contracts', 'src/domain', 'src/egress'], packages: ['http-message-signatures', 'lossless-json', 'pino', 'undici'], node: true },
  { folder: 'src/connectors', zones: ['src/config', 'src/contracts', 'src/domain', 'src/egress', 'src/http', 'src/mail'], packages: [], node: true },
  { folder: 'src/store', zones: ['src/contracts', 'src/domain'], packages: ['dataloader', 'kysely', 'pg', 'uuid'], node: true },
  { folder: 'src/sealing', zones: [], packages: [], node: true },
  { folder: 'src/secrets', zones: ['src/config', 'src/sealing'], packages: ['@aws-sdk/client-secrets-manager', 'undici'], node: true },
  { folder: 'src/payloads', zones: ['src/sealing', 'src/secrets'], packages: ['@temporalio/common', '@temporalio/proto'], node: true },
  { folder: 'src/accounts', zones: ['src/contracts', 'src/http', 'src/sealing', 'src/store'], packages: ['pg'], node: true },
  { folder: 'src/mail', zones: [], packages: ['nodemailer'], node: true },
  { folder: 'src/client', zones: ['src/contracts'], packages: ['@temporalio/client'], node: false },
  { folder: 'src/schedules', zones: ['src/contracts', 'src/domain'], packages: ['@temporalio/client', '@temporalio/common'], node: true },
  { folder: 'src/reports', zones: ['src/contracts', 'src/domain'], packages: ['@dagrejs/dagre', 'd3-scale', 'd3-shape'], node: false },
  { folder: 'src/explain', zones: ['src/contracts', 'src/domain'], packages: [], node: false },
  { folder: 'src/rehearsal', zones: ['src/contracts', 'src/domain'], packages: [], node: false },
  // It measures a system through the ordinary client and budget, which the command line must not use by itself.
  { folder: 'src/audit', zones: ['src/connectors', 'src/contracts', 'src/domain', 'src/egress', 'src/http'], packages: ['undici'], node: true },
  // Documents of others are read here, with the library that resolves their references, and nowhere else.
  { folder: 'src/drafting', zones: ['src/config', 'src/contracts', 'src/domain', 'src/egress', 'src/http'], packages: ['@readme/openapi-parser', 'undici', 'yaml'], node: false },
  { folder: 'src/sandbox', zones: ['src/contracts'], packages: ['fastify', 'undici'], node: true },
  { folder: 'src/ingress', zones: ['src/accounts', 'src/client', 'src/config', 'src/contracts', 'src/domain', 'src/egress', 'src/log', 'src/payloads', 'src/schedules', 'src/secrets', 'src/store'], packages: ['fastify', 'zod'], node: true },
  {
    folder: 'src/cli',
    zones: ['src/accounts', 'src/audit', 'src/client', 'src/config', 'src/contracts', 'src/domain', 'src/drafting', 'src/egress', 'src/explain', 'src/local', 'src/log', 'src/payloads', 'src/rehearsal', 'src/reports', 'src/schedules', 'src/sealing', 'src/secrets', 'src/spreadsheet', 'src/store'],
    packages: ['@temporalio/client', '@temporalio/common', 'commander', 'picocolors'],
    node: true,
  },
  { folder: 'workflows', zones: ['src/contracts', 'src/domain'], packages: ['@temporalio/common', '@temporalio/workflow'], node: false },
  {
    folder: 'activities',
    zones: ['src/config', 'src/connectors', 'src/contracts', 'src/domain', 'src/egress', 'src/http', 'src/log', 'src/mail', 'src/schedules', 'src/store'],
    packages: ['@temporalio/activity', '@temporalio/client', '@temporalio/common', 'pino'],
    node: true,
  },
  {
    folder: 'workers',
    zones: ['activities', 'src/accounts', 'src/config', 'src/connectors', 'src/contracts', 'src/egress', 'src/http', 'src/log', 'src/payloads', 'src/secrets', 'src/store'],
    packages: ['@temporalio/client', '@temporalio/worker', 'pino', 'uuid', 'zod'],
    node: true,
  },
];

/** exceptions are checked too: one that is no longer needed fails the test. */
export const exceptions: readonly Exception[] = [
  { from: 'src/domain/phone.ts', to: 'libphonenumber-js', reason: 'Numbering plans are data that only a library keeps up to date; it is pure.' },
  { from: 'src/connectors/postgres/', to: 'pg', reason: 'A system whose records are rows of its own PostgreSQL, which has nothing to do with the database of Crosswalk.' },
  { from: 'src/connectors/files/', to: 'csv-parse', reason: 'A system that gives CSV files; rows are read as a stream.' },
  { from: 'src/connectors/files/', to: 'ssh2', reason: 'Folders over SFTP.' },
  { from: 'src/connectors/open-rest-system.ts', to: 'undici', reason: 'It owns the connection pool of a system with an HTTP API.' },
  { from: 'src/ingress/main.ts', to: 'src/local/temporal-address.ts', reason: 'Every process finds its Temporal server in the same way: configured, otherwise the local one.' },
  { from: 'workers/run-worker.ts', to: 'src/local/temporal-address.ts', reason: 'Every process finds its Temporal server in the same way: configured, otherwise the local one.' },
  { from: 'src/cli/commands/server.ts', to: 'src/ingress/', reason: 'The command is the process.' },
  { from: 'src/cli/commands/worker.ts', to: 'workers/main.ts', reason: 'The command is the process.' },
  { from: 'src/cli/records/open-readers.ts', to: 'workers/connector-source.ts', reason: 'A record is read as a worker would read it, with the same secrets and the same budget.' },
  { from: 'src/cli/sandbox-environment.ts', to: 'src/sandbox/credentials.ts', reason: 'The local instance hands the sandbox\'s invented credentials to the example definitions.' },
];
