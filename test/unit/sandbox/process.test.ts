import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../../dist/src/sandbox/main.js', import.meta.url));
const built = existsSync(script);
if (!built) console.log(`skipped: ${script} not found; run npm run build first`);

const running: SandboxProcess[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.end('SIGKILL')));
});

class SandboxProcess {
  readonly child;
  readonly exited: Promise<{ readonly code: number | null; readonly stderr: string }>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let stderr = '';
    this.child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    this.exited = new Promise((resolve) => {
      this.child.once('close', (code) => {
        resolve({ code, stderr });
      });
    });
    running.push(this);
  }

  /** url reads the line that the process prints when it listens. */
  async url(): Promise<string> {
    for await (const line of createInterface({ input: this.child.stdout })) {
      const { ready, url } = JSON.parse(line);
      expect(ready).toBe(true);
      return url;
    }
    throw new Error((await this.exited).stderr);
  }

  end(signal: NodeJS.Signals): Promise<unknown> {
    this.child.kill(signal);
    return this.exited;
  }
}

describe.runIf(built)('the sandbox as a process', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('says where it listens, and ends cleanly at %s', async (signal) => {
    const sandbox = new SandboxProcess(['--port', '0']);
    const url = await sandbox.url();
    expect((await fetch(`${url}/_admin/health`)).status).toBe(200);
    await sandbox.end(signal);
    expect(await sandbox.exited).toEqual({ code: 0, stderr: '' });
  });

  test('ends with its parent where it is told to', async () => {
    const sandbox = new SandboxProcess(['--port', '0'], { CROSSWALK_PARENT_PIPE: '1' });
    await sandbox.url();
    sandbox.child.stdin.end();
    expect((await sandbox.exited).code).toBe(0);
  });

  test('keeps everything it answered when it is killed in the middle of writing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
    try {
      const first = new SandboxProcess(['--port', '0', '--data', folder]);
      const url = await first.url();
      await fetch(`${url}/_admin/mailing/limits`, {
        method: 'PUT', body: '{"requestsPerSecond": null, "concurrency": null}', headers: { 'content-type': 'application/json' },
      });
      const answered: string[] = [];
      const write = async (name: string): Promise<void> => {
        const items = Array.from({ length: 100 }, (_, index) => ({ email_address: `${name}-${index}@example.com`, full_name: 'x'.repeat(200) }));
        const response = await fetch(`${url}/mailing/members/batch?api_key=sandbox-only-mailing`, {
          method: 'POST', body: JSON.stringify({ items }), headers: { 'content-type': 'application/json' },
        });
        const { results } = (await response.json()) as { results: { id: string }[] };
        answered.push(...results.map((result) => result.id));
        if (answered.length > 1000) first.child.kill('SIGKILL');
      };
      await Promise.allSettled(Array.from({ length: 60 }, (_, index) => write(`batch${index}`)));
      await first.exited;
      expect(answered.length).toBeGreaterThan(1000);

      const second = new SandboxProcess(['--port', '0', '--data', folder]);
      const text = await (await fetch(`${await second.url()}/_admin/mailing/members/state`)).text();
      const kept = new Set(text.split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { id: string }).id));
      expect(answered.filter((id) => !kept.has(id))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test.each([
    [['--port', 'many'], '--port'],
    [[], '--port'],
    [['--port', '0', '--colour'], '--colour'],
  ])('the arguments %o are refused with a reason', async (args, named) => {
    const { code, stderr } = await new SandboxProcess(args).exited;
    expect(code).toBe(1);
    expect(stderr).toContain(named);
  });
});
