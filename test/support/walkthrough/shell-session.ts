import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ENDED = /<<ended with (\d+)>>/;
const FAILED = /<<failed (\d+) (.*)>>/;
const WATCH_MS = 50;

/** ShellOptions says where a terminal begins. */
export interface ShellOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Folder for the blocks, which the shell reads from files so that no program takes them for its input. */
  readonly scripts: string;
  readonly name: string;
}

/** ShellSession is one terminal: a bash that keeps its folder and variables from block to block. */
export class ShellSession {
  private readonly bash: ChildProcess;
  private written = '';
  private blocks = 0;

  constructor(private readonly options: ShellOptions) {
    const { folder, env } = options;
    // A group of its own, so that an interrupt reaches what runs in it, as Ctrl-C does.
    this.bash = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.bash.stdout, this.bash.stderr]) stream?.on('data', (chunk: Buffer) => { this.written += chunk.toString('utf8'); });
    this.bash.stdin?.write(`trap 'printf "<<failed %s %s>>\\n" "$?" "$BASH_COMMAND" >&2' ERR\n`);
  }

  /**
   * run gives a block to the shell, and its output as soon as the block has ended or `isEnough`: a server goes on. Throws
   * with the output where a command fails, or nothing of the two happens within the limit.
   */
  async run(script: string, isEnough: (output: string) => boolean, limitMs: number): Promise<string> {
    const file = path.join(this.options.scripts, `${this.options.name.replaceAll(' ', '-')}-${(this.blocks += 1)}.sh`);
    writeFileSync(file, `${script}\n`);
    const from = this.written.length;
    this.bash.stdin?.write(`. '${file}' < /dev/null; printf '<<ended with %s>>\\n' "$?"\n`);
    for (const began = Date.now(); ; await sleep(WATCH_MS)) {
      const output = this.written.slice(from);
      const failed = FAILED.exec(output);
      if (failed !== null) throw new Error(`${this.options.name}: "${failed[2]}" ended with ${failed[1]}\n${output}`);
      const ended = ENDED.exec(output);
      if (ended !== null) return output.replace(ENDED, '');
      if (isEnough(output)) return output;
      if (this.bash.exitCode !== null) throw new Error(`${this.options.name}: the shell has ended\n${output}`);
      if (Date.now() - began > limitMs) throw new Error(`${this.options.name}: neither ended nor showed what it should\n${output}`);
    }
  }

  /** output is everything that the terminal has shown. */
  output(): string {
    return this.written;
  }

  /** interrupt does what Ctrl-C does, and waits until everything in the terminal has ended. */
  async interrupt(): Promise<void> {
    this.signal('SIGINT');
    this.bash.stdin?.end();
    for (const began = Date.now(); this.signal(0); await sleep(WATCH_MS)) if (Date.now() - began > 30_000) this.signal('SIGKILL');
  }

  /** Whether anything of the terminal is still there to be signalled. */
  private signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return this.bash.pid !== undefined && process.kill(-this.bash.pid, signal);
    } catch {
      return false;
    }
  }
}
