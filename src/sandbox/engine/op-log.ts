import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { RecordValue } from './record.js';

/** Op is one line of an op log: a write that a system executed. */
export interface Op {
  /** Counts from 1 in each system, without gaps. */
  readonly seq: number;
  /** Time of the change, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly system: string;
  readonly object: string;
  readonly op: 'create' | 'update' | 'archive' | 'delete' | 'seed';
  readonly id: string;
  /** `api` for requests to the system, `admin` for seeding, touching and purging. */
  readonly by: 'api' | 'admin';
  /** What was written; a `delete` without fields took the record away. */
  readonly fields?: RecordValue | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Digest of the request that carried the idempotency key. */
  readonly requestHash?: string | undefined;
  /** Values by which the record can be found after the write. */
  readonly keys?: RecordValue | undefined;
}

/** A piece of text on its way into the file. */
interface Batch {
  text: string;
}

/**
 * OpLog appends ops to a file, or keeps them in memory where there is none. Appends that arrive while one is being
 * written go out together with the next. It never calls fsync: the log survives the process, not the machine.
 */
export class OpLog {
  readonly #path: string | undefined;
  readonly #file: FileHandle | undefined;
  #kept: string[] = [];
  /** The last of what the file has to do, one thing after the other. */
  #tail: Promise<void> = Promise.resolve();
  /** Takes further lines until its turn comes. */
  #batch: Batch | undefined;
  /** Bytes of whole lines in the file. */
  #size = 0;
  #failure: Error | undefined;

  private constructor(path: string | undefined, file: FileHandle | undefined) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * open reads the ops that are there, oldest first, and gets ready to append. A last line that a killed process left
   * half written is cut off. Throws with file and line where another line is no op.
   */
  static async open(path: string | undefined, replay: (op: Op) => void): Promise<OpLog> {
    if (path === undefined) return new OpLog(undefined, undefined);
    const file = await open(path, 'a+', 0o600);
    try {
      const log = new OpLog(path, file);
      log.#size = await replayFile(file, path, replay);
      return log;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  append(op: Op): void {
    const line = `${JSON.stringify(op)}\n`;
    if (this.#file === undefined) this.#kept.push(line);
    else if (this.#failure === undefined) (this.#batch ??= this.#newBatch()).text += line;
  }

  /**
   * settled resolves once everything appended so far is in the file; undefined where nothing is waited for. Once an
   * append has failed it always rejects: lines written after a lost one could not be replayed.
   */
  settled(): Promise<void> | undefined {
    return this.#file === undefined ? undefined : this.#tail;
  }

  /** lines reads the log after the given number, one line of JSON at a time. */
  async *lines(afterSeq: number): AsyncGenerator<string> {
    await this.settled();
    const lines = this.#path === undefined ? this.#kept : readLines(this.#path, this.#size);
    for await (const line of lines) {
      // Every line begins {"seq":N, so that old lines are passed over without being parsed.
      if (Number.parseInt(line.slice(7, 24), 10) > afterSeq) yield line.endsWith('\n') ? line : `${line}\n`;
    }
  }

  /** clear empties the log; what is appended from this moment on stays. */
  clear(): Promise<void> {
    this.#kept = [];
    if (this.#batch !== undefined) this.#batch.text = '';
    this.#batch = undefined;
    return this.#queue(async () => {
      await this.#file?.truncate(0);
      this.#size = 0;
    });
  }

  async close(): Promise<void> {
    try {
      await this.#tail;
    } finally {
      await this.#file?.close();
    }
  }

  #newBatch(): Batch {
    const batch: Batch = { text: '' };
    void this.#queue(async () => {
      if (this.#batch === batch) this.#batch = undefined;
      const data = Buffer.from(batch.text);
      await this.#file?.appendFile(data);
      this.#size += data.length;
    });
    return batch;
  }

  #queue(task: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(task).catch((error: unknown) => {
      this.#failure ??= new Error(`${this.#path}: the op log cannot be written; free the disk and restart the sandbox`, { cause: error });
      throw this.#failure;
    });
    // Requests that wait for it are told; a failure that nobody waits for must not end the process.
    this.#tail.catch(() => undefined);
    return this.#tail;
  }
}

async function* readLines(path: string, size: number): AsyncGenerator<string> {
  // The size leaves out what is being appended meanwhile, which may end in half a line.
  if (size > 0) yield* createInterface({ input: createReadStream(path, { end: size - 1 }), crlfDelay: Infinity });
}

/** Returns the size of the whole lines in bytes. */
async function replayFile(file: FileHandle, path: string, replay: (op: Op) => void): Promise<number> {
  const newline = 10;
  const buffer = Buffer.allocUnsafe(1 << 20);
  let rest: Buffer = Buffer.alloc(0);
  let position = 0;
  let lineNumber = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const data = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, start)) {
      lineNumber += 1;
      replayLine(data.toString('utf8', start, end), `${path}:${lineNumber}`, replay);
      start = end + 1;
    }
    rest = Buffer.from(data.subarray(start));
  }
  const size = position - rest.length;
  if (rest.length > 0) await file.truncate(size);
  return size;
}

function replayLine(line: string, place: string, replay: (op: Op) => void): void {
  try {
    replay(JSON.parse(line) as Op);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${place}: the op log cannot be replayed (${reason}); delete the sandbox's data folder to start afresh`, {
      cause: error,
    });
  }
}
