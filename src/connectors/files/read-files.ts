import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { BadRecord, ListRequest, Page, PageToken, SourceRecord } from '../../contracts/connector.js';
import type { FileObjectDefinition, FileReadDefinition } from '../../contracts/files-definition.js';
import type { FailureMaker } from '../../http/failure.js';
import type { Selector } from '../selector.js';
import { readCsvRows, type CsvRow } from './csv-rows.js';
import { fileFailure } from './file-failure.js';
import { byAge, completeFiles, type FoundFile } from './file-patterns.js';
import { FolderError, type Folder, type FolderEntry } from './folder.js';

/** FileReaderOptions is what the files of an object are read with. */
export interface FileReaderOptions {
  readonly definition: FileObjectDefinition;
  readonly read: FileReadDefinition;
  readonly folder: Folder;
  readonly selector: Selector;
  readonly fail: FailureMaker;
  /** How long the next page of rows may take, milliseconds. */
  readonly timeoutMs: number;
  /** Runs work with a permit of the system. */
  readonly permitted: <Result>(signal: AbortSignal, work: () => Promise<Result>) => Promise<Result>;
  readonly now?: () => number;
}

/** createFileReader makes the reader of the files of an object. */
export function createFileReader({ definition, read, folder, selector, fail, timeoutMs, permitted, now = Date.now }: FileReaderOptions): (request: ListRequest) => AsyncGenerator<Page, void, undefined> {
  const request = `list ${read.full ?? read.changes ?? ''}`;
  const checksums = new Map<string, string>();
  /** When each file was first read to its end here, by what it then was. */
  const finished = new Map<string, number>();

  const checksumOf = async (file: FoundFile): Promise<string> => {
    const known = checksums.get(signature(file));
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    for await (const chunk of await folder.read(file.name)) hash.update(chunk as Buffer);
    const checksum = hash.digest('hex').slice(0, 32);
    if (checksums.size > 1_000) checksums.clear();
    checksums.set(signature(file), checksum);
    return checksum;
  };

  /** The files that a request is about, in order; from its place on. */
  const chosen = (files: readonly FoundFile[], { sinceMs, from }: ListRequest): readonly FoundFile[] => {
    const changes = files.filter(({ holds }) => holds === 'changes');
    const newest = files.filter(({ holds }) => holds === 'everything').at(-1);
    if (from !== undefined) {
      const at = files.find((file) => file.name === from['file'] && signature(file) === from['signature']);
      if (at === undefined) throw fail({ outcome: 'retry', code: 'page-token-expired', what: 'cannot go on from the stored place: the file is no longer there or has changed; the list must be read from its start', request });
      return [at, ...changes.filter((file) => byAge(file, at) > 0)];
    }
    if (sinceMs === undefined) {
      if (newest === undefined && read.full !== undefined) throw fail({ outcome: 'retry', code: 'unexpected-shape', what: `found no complete file that is called ${read.full}; nothing is taken from that`, request });
      return newest === undefined ? changes : [newest, ...changes.filter((file) => byAge(file, newest) > 0)];
    }
    // Where files are moved away, whatever lies there has not been settled, however old it is.
    const isDue = (file: FoundFile): boolean => read.after === 'move' || file.modifiedMs >= sinceMs;
    return [...(newest !== undefined && isDue(newest) ? [newest] : []), ...changes.filter(isDue)].toSorted(byAge);
  };

  /** Moves what a run that came to its end has read: it began after the file was first read here, and so has read it as well. */
  const setAside = async (files: readonly FoundFile[], all: readonly FolderEntry[], sinceMs: number): Promise<readonly FoundFile[]> => {
    const done = files.filter((file) => (finished.get(signature(file)) ?? Infinity) < sinceMs);
    for (const { name, modifiedMs } of done) {
      await folder.setAside(name, `${modifiedMs}-${name}`);
      const marker = read.complete.by === 'marker' ? `${name}${read.complete.suffix}` : undefined;
      if (marker !== undefined && all.some((entry) => entry.name === marker)) await folder.setAside(marker, `${modifiedMs}-${marker}`);
    }
    return files.filter((file) => !done.includes(file));
  };

  const find = async (asked: ListRequest): Promise<readonly { readonly file: FoundFile; readonly checksum: string }[]> => {
    const all = await folder.list();
    const found = completeFiles(all, read, now());
    const left = read.after === 'move' && asked.sinceMs !== undefined && asked.from === undefined ? await setAside(found, all, asked.sinceMs) : found;
    const files = chosen(left, asked);
    const summed: { readonly file: FoundFile; readonly checksum: string }[] = [];
    for (const file of files) summed.push({ file, checksum: await checksumOf(file) });
    return summed;
  };

  const recordOf = (row: CsvRow, position: number, version: string, updatedAtMs: number): SourceRecord | BadRecord => {
    if (row.kind === 'misshapen') return { position, reason: `the row has ${row.cells.length} cells, and the header ${row.expected}`, data: row.cells };
    const record = selector.record(row.cells);
    return typeof record === 'string' ? { position, reason: record, data: row.cells } : { ...record, version, updatedAtMs };
  };

  const stillTheSame = async (file: FoundFile): Promise<void> => {
    const found = (await folder.list()).find(({ name }) => name === file.name);
    if (found === undefined || signature(found) !== signature(file)) throw new FolderError(`${file.name} was changed or taken away while it was read`, 'failed');
  };

  return async function* readFiles(asked) {
    const { from, signal } = asked;
    let files: Awaited<ReturnType<typeof find>>;
    const readAtMs = now();
    try {
      files = await permitted(signal, () => find(asked));
    } catch (error) {
      throw fileFailure(error, fail, request, 'list');
    }
    if (files.length === 0) yield { records: [], bad: [], next: null };
    for (const [place, { file, checksum }] of files.entries()) {
      const following = files[place + 1]?.file;
      const skip = place === 0 && from !== undefined ? Number(from['row'] ?? 0) : 0;
      // Where files are moved away, how far a run came is told by when it read, since a file may arrive with a time of long ago.
      const updatedAtMs = read.after === 'move' ? readAtMs : file.modifiedMs;
      let bytes: Readable | undefined;
      try {
        bytes = await folder.read(file.name);
        const rows = readCsvRows(bytes, definition.csv);
        let count = 0;
        for (;;) {
          const part = await nextRows(rows, count < skip ? skip - count : read.pageSize, timeoutMs, signal);
          const isSkipped = count < skip;
          count += part.rows.length;
          if (part.done) await stillTheSame(file);
          if (isSkipped && !part.done) continue;
          const judged = isSkipped ? [] : part.rows.map((row, at) => recordOf(row, at, checksum, updatedAtMs));
          const next: PageToken | null = !part.done ? tokenOf(file, count) : following === undefined ? null : tokenOf(following, 0);
          if (part.done && !finished.has(signature(file))) finished.set(signature(file), now());
          yield { records: judged.filter((each): each is SourceRecord => 'id' in each), bad: judged.filter((each): each is BadRecord => 'reason' in each), next };
          if (part.done) break;
        }
      } catch (error) {
        throw fileFailure(error, fail, `read ${file.name}`, 'list');
      } finally {
        // Also where the reader of the pages wants no more of them.
        bytes?.destroy();
      }
    }
  };
}

/** The next rows, and whether they are the last ones; rejects where they take too long. */
async function nextRows(rows: AsyncGenerator<CsvRow, void, undefined>, most: number, timeoutMs: number, signal: AbortSignal): Promise<{ readonly rows: readonly CsvRow[]; readonly done: boolean }> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const stopped = new Promise<never>((_resolve, reject) => {
    stop.addEventListener('abort', () => reject(new FolderError(signal.aborted ? 'it was given up' : `no rows came within ${timeoutMs} ms`, 'unreachable')), { once: true });
  });
  stopped.catch(() => undefined);
  const taken: CsvRow[] = [];
  while (taken.length < most) {
    const result = await Promise.race([stopped, rows.next()]);
    if (result.done === true) return { rows: taken, done: true };
    taken.push(result.value);
  }
  return { rows: taken, done: false };
}

function tokenOf(file: FolderEntry, row: number): PageToken {
  return { file: file.name, signature: signature(file), row };
}

function signature({ name, bytes, modifiedMs }: FolderEntry): string {
  return `${name}/${bytes}/${modifiedMs}`;
}
