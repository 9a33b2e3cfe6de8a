import { createHash } from 'node:crypto';
import type { BeforeSend, WriteItem, WriteResult } from '../../contracts/connector.js';
import type { JsonObject } from '../../contracts/json.js';
import type { CsvForm, FileObjectDefinition, FileWriteDefinition } from '../../contracts/files-definition.js';
import type { FailureMaker } from '../../http/failure.js';
import { readId } from '../record-id.js';
import { writeDone, writeFailed } from '../write-result.js';
import { createEncoder, csvCell, csvLine, headerOf, UnwritableCellError } from './csv-file.js';
import { fileFailure } from './file-failure.js';
import { subfolders, type Folder } from './folder.js';

/** FileWriter writes the items of one batch into one file. */
export type FileWriter = (items: readonly WriteItem[], signal: AbortSignal, beforeSend?: BeforeSend) => Promise<readonly WriteResult[]>;

/** FileWriterOptions is what the files of an object are written with. */
export interface FileWriterOptions {
  readonly definition: FileObjectDefinition;
  readonly write: FileWriteDefinition;
  readonly folder: Folder;
  readonly fail: FailureMaker;
  readonly permitted: <Result>(signal: AbortSignal, work: () => Promise<Result>) => Promise<Result>;
}

/** For so long it is remembered which rows were left; no write is open for longer. */
const KEPT_MS = 30 * 86_400_000;

interface Entry {
  readonly item: WriteItem;
  readonly position: number;
  readonly id: string;
  readonly line: Buffer;
}

/**
 * createFileWriter makes the writer of an object. A file is staged, then the keys of its rows are noted beside it, and only
 * then it gets its name in one step: whoever comes after a crash finds by the note whether a row was left for the system,
 * and finishes what was begun. The same rows are the same file.
 */
export function createFileWriter({ definition, write, folder, fail, permitted }: FileWriterOptions): FileWriter {
  const { csv, idColumn } = definition;
  const encode = createEncoder(csv.encoding);
  const raw = new Set(write.raw);
  const known = new Set(write.columns);
  const request = `write ${write.prefix}*.csv`;
  const header = encode(csvLine(headerOf(write).map((name) => csvCell(name, false)), csv));

  const lineOf = ({ kind, fields, id, idempotencyKey }: WriteItem, form: CsvForm): { readonly id: string; readonly line: Buffer } => {
    const given = id ?? readId(fields[idColumn]) ?? idempotencyKey;
    const values: JsonObject = { ...fields, [idColumn]: given };
    const foreign = Object.keys(values).find((name) => !known.has(name));
    if (foreign !== undefined) throw new UnwritableCellError(`'${foreign}' is not among the 'columns' of the files`);
    const cells = write.columns.map((name) => csvCell(values[name], raw.has(name)));
    return { id: given, line: encode(csvLine(write.kindColumn === undefined ? cells : [kind, ...cells], form)) };
  };
  const failed = (outcome: 'park' | 'retry', what: string): WriteResult =>
    writeFailed(fail({ outcome, code: outcome === 'park' ? 'unexpected-shape' : 'aborted', what: `was not sent: ${what}`, request }));

  /** The note in which a key stands, by its name; undefined where the row was never ready to be left. */
  const noteOf = async (key: string): Promise<string | undefined> => {
    for (const { name, modifiedMs } of await folder.list(subfolders.staging)) {
      if (modifiedMs < Date.now() - KEPT_MS) await folder.discard(name);
      else if (name.startsWith(write.prefix) && name.endsWith('.keys') && (await textOf(folder, name)).split('\n').includes(key)) return name.slice(0, -'.keys'.length);
    }
    return undefined;
  };
  const publish = async (name: string): Promise<void> => {
    const staged = (await folder.list(subfolders.staging)).some((entry) => entry.name === `${name}.csv`);
    if (staged) await folder.publish(`${name}.csv`, `${name}.csv`);
    if (write.marker === undefined) return;
    const there = new Set((await folder.list()).map((entry) => entry.name));
    // A file that was taken away already needs no marker any more.
    if (!there.has(`${name}.csv`) || there.has(`${name}.csv${write.marker}`)) return;
    await folder.stage(`${name}.marker`, new Uint8Array());
    await folder.publish(`${name}.marker`, `${name}.csv${write.marker}`);
  };
  const leave = async (entries: readonly Entry[], noted: () => void): Promise<void> => {
    const keys = entries.map(({ item }) => item.idempotencyKey);
    const name = `${write.prefix}${createHash('sha256').update(keys.join('\n')).digest('hex').slice(0, 32)}`;
    // One row alone may be one of a file that an earlier attempt has written.
    const [first] = keys;
    const before = entries.length === 1 && first !== undefined ? await noteOf(first) : undefined;
    const isNoted = before !== undefined || (await folder.list(subfolders.staging)).some((entry) => entry.name === `${name}.keys`);
    if (!isNoted) {
      await folder.stage(`${name}.csv`, Buffer.concat([header, ...entries.map(({ line }) => line)]));
      noted();
      await folder.stage(`${name}.keys`, Buffer.from(keys.join('\n')));
    }
    noted();
    await publish(before ?? name);
  };

  return async (items, signal, beforeSend) => {
    const results: WriteResult[] = [];
    const entries = items.flatMap((item, position): readonly Entry[] => {
      try {
        return [{ item, position, ...lineOf(item, csv) }];
      } catch (error) {
        if (!(error instanceof UnwritableCellError)) throw error;
        results[position] = failed('park', error.message);
        return [];
      }
    });
    const all = (result: (entry: Entry) => WriteResult): void => { for (const entry of entries) results[entry.position] = result(entry); };
    let noted = false;
    if (entries.length > 0) {
      try {
        await permitted(signal, async () => {
          const isReady = beforeSend === undefined || (await beforeSend(entries.map(({ position }) => position)));
          if (!isReady) return all(() => failed('retry', 'it was called off at the last moment'));
          await leave(entries, () => { noted = true; });
          return all(({ id }) => writeDone(null, id, null));
        });
      } catch (error) {
        const failure = writeFailed(fileFailure(error, fail, request, 'keyed-create', noted));
        all(() => failure);
      }
    }
    return items.map((_item, position) => results[position] ?? failed('retry', 'it was called off'));
  };
}

async function textOf(folder: Folder, name: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of await folder.read(name, subfolders.staging)) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
