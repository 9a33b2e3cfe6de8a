import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runBackgroundCommand } from './background-command.js';
import { checkTemporalBinary } from './temporal-version.js';

/** TEMPORAL_CLI_VERSION is the release of the Temporal CLI that is downloaded or built; later ones cannot be built by `go install`. */
export const TEMPORAL_CLI_VERSION = 'v1.5.1';

const DOWNLOAD_LIMIT_MS = 45_000;
const BUILD_LIMIT_MS = 20 * 60_000;
const PROGRESS_EVERY_MS = 5_000;
/** Packages that a build from nothing compiles, so that progress has a measure. */
const ABOUT_PACKAGES = 1_300;
const DRAFT_PREFIX = 'draft-';

/** FetchRequest says where the program shall lie in the end. */
export interface FetchRequest {
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Fetch puts the Temporal CLI at the target and gives undefined, or why it could not. */
export type Fetch = (request: FetchRequest) => Promise<string | undefined>;

/**
 * downloadTemporal lets the Temporal SDK download its CLI. It runs in a process of its own, because the SDK's download
 * cannot be stopped and would otherwise hold up a start without network for minutes.
 */
export const downloadTemporal: Fetch = async ({ target, env, onProgress, signal }) => {
  let sdk: string;
  try {
    sdk = pathToFileURL(createRequire(import.meta.url).resolve('@temporalio/testing')).href;
  } catch {
    return '@temporalio/testing is not installed';
  }
  onProgress(`downloading the Temporal server (at most ${DOWNLOAD_LIMIT_MS / 1000} s)`);
  const script = `
    const { default: { TestWorkflowEnvironment } } = await import(${JSON.stringify(sdk)});
    const executable = { type: 'cached-download', downloadDir: process.cwd(), version: ${JSON.stringify(TEMPORAL_CLI_VERSION)} };
    const environment = await TestWorkflowEnvironment.createLocal({ server: { executable, ip: '127.0.0.1' } });
    await environment.teardown();
    process.exit(0);`;
  return inDraftFolder(target, async (draft) => {
    const tail: string[] = [];
    const reason = await runBackgroundCommand({
      program: process.execPath,
      args: ['--input-type=module', '--eval', script],
      cwd: draft,
      env,
      limitMs: DOWNLOAD_LIMIT_MS,
      onLine: (line) => keepLast(tail, line, 12),
      signal,
    });
    return outcome(draft, target, reason, tail.find((line) => /Error: /.test(line)) ?? '');
  });
};

/** buildTemporal builds the CLI from source with Go; its modules come through the Go module proxy. */
export const buildTemporal: Fetch = ({ target, env, onProgress, signal }) =>
  inDraftFolder(target, async (draft) => {
    onProgress('building the Temporal server from source with Go; this is done once and takes some minutes');
    const began = Date.now();
    const tail: string[] = [];
    let [downloads, packages] = [0, 0];
    const timer = setInterval(() => {
      onProgress(`building the Temporal server: ${Math.round((Date.now() - began) / 1000)} s, ${downloads} modules downloaded, ${packages} of about ${ABOUT_PACKAGES} packages compiled`);
    }, PROGRESS_EVERY_MS);
    try {
      const reason = await runBackgroundCommand({
        program: 'go',
        args: ['install', '-v', '-ldflags=-s -w', `github.com/temporalio/cli/cmd/temporal@${TEMPORAL_CLI_VERSION}`],
        cwd: draft,
        env: { ...env, GOBIN: draft },
        limitMs: BUILD_LIMIT_MS,
        onLine: (line) => {
          if (line.startsWith('go: downloading ')) downloads += 1;
          else if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(line)) packages += 1;
          else keepLast(tail, line, 4);
        },
        signal,
      });
      return outcome(draft, target, reason, tail.join(' / '));
    } finally {
      clearInterval(timer);
    }
  });

/** removeDrafts removes what killed downloads and builds have left; the caller holds the cache's lock. */
export function removeDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(DRAFT_PREFIX)) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

async function inDraftFolder(target: string, fetch: (draft: string) => Promise<string | undefined>): Promise<string | undefined> {
  mkdirSync(path.dirname(target), { recursive: true });
  const draft = mkdtempSync(path.join(path.dirname(target), DRAFT_PREFIX));
  try {
    return await fetch(draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

// Renamed only after it has run, so that whatever lies at the target is complete. Gives why nothing could be taken.
function takeExecutable(draft: string, target: string): string | undefined {
  let reason = 'no program has arrived';
  for (const name of readdirSync(draft)) {
    const file = path.join(draft, name);
    const checked = checkTemporalBinary(file);
    if ('version' in checked) {
      renameSync(file, target);
      return undefined;
    }
    reason = `${name} ${checked.reason}`;
  }
  return reason;
}

// The SDK may have failed to start or stop a server after the program had arrived, so the program decides.
function outcome(draft: string, target: string, reason: string | undefined, details: string): string | undefined {
  const missing = takeExecutable(draft, target);
  if (missing === undefined) return undefined;
  return [reason ?? missing, details].filter((part) => part !== '').join(': ').slice(0, 600);
}

function keepLast(lines: string[], line: string, count: number): void {
  if (line.trim() === '') return;
  lines.push(line.trim());
  if (lines.length > count) lines.shift();
}
