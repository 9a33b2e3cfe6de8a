import { inflateRawSync } from 'node:zlib';
import { SpreadsheetError } from './spreadsheet-error.js';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_ENTRIES = 1_000;
const ENCRYPTED = 0x1;

interface Entry {
  readonly name: Buffer;
  readonly checksum: number;
  readonly content: Buffer;
}

/**
 * boundedArchive gives a ZIP archive with the XML files of another one, not compressed, so that whoever reads it unpacks
 * no more than was counted here. Sizes that an archive states are not believed. Throws SpreadsheetError where it cannot
 * be read, or where its files have more than `maxBytes` together (PKWARE APPNOTE 6.3.10, 4.3).
 */
export function boundedArchive(archive: Buffer, maxBytes: number): Buffer {
  try {
    return storedArchive(readEntries(archive, maxBytes));
  } catch (error) {
    if (error instanceof SpreadsheetError) throw error;
    throw new SpreadsheetError('The file is no complete XLSX file.', 'Open it in the spreadsheet program and save it again as .xlsx.', { cause: error });
  }
}

function readEntries(archive: Buffer, maxBytes: number): readonly Entry[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1) throw new RangeError('no end of the central directory');
  const count = archive.readUInt16LE(end + 10);
  if (archive.readUInt32LE(end) !== END || count > MAX_ENTRIES) throw tooLarge(maxBytes);
  const entries: Entry[] = [];
  let at = archive.readUInt32LE(end + 16);
  let left = maxBytes;
  for (let index = 0; index < count; index += 1) {
    if (archive.readUInt32LE(at) !== CENTRAL) throw new RangeError('no entry of the central directory');
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.subarray(at + 46, at + 46 + nameLength);
    if (/\.(xml|rels)$/.test(name.toString('utf8'))) {
      const content = readContent(archive, at, left);
      left -= content.length;
      entries.push({ name, checksum: archive.readUInt32LE(at + 16), content });
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function readContent(archive: Buffer, central: number, maxBytes: number): Buffer {
  if ((archive.readUInt16LE(central + 8) & ENCRYPTED) !== 0) throw new SpreadsheetError('The file is protected with a password.', 'Save it without a password.');
  const local = archive.readUInt32LE(central + 42);
  if (archive.readUInt32LE(local) !== LOCAL) throw new RangeError('no local header');
  const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(from, from + archive.readUInt32LE(central + 20));
  const method = archive.readUInt16LE(central + 10);
  if (method === 0) {
    if (packed.length > maxBytes) throw tooLarge(maxBytes);
    return packed;
  }
  if (method !== 8) throw new RangeError(`compression method ${method}`);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw error;
  }
}

function tooLarge(maxBytes: number): SpreadsheetError {
  return new SpreadsheetError('The XLSX file is too large once it is unpacked.', `Keep only the sheet with the mapping, or save it as CSV; at most ${Math.round(maxBytes / 1_048_576)} MB are unpacked.`);
}

function storedArchive(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, checksum, content } of entries) {
    // From the needed version on, local and central headers are alike: flags (UTF-8 names), method 0, time, date, CRC, sizes, lengths.
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(0x800, 2);
    facts.writeUInt32LE(checksum, 10);
    facts.writeUInt32LE(content.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([word(LOCAL), facts, name, content]);
    const central = Buffer.concat([word(CENTRAL), Buffer.from([20, 0]), facts, Buffer.alloc(10), word(at), name]);
    parts.push(local);
    directory.push(central);
    at += local.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const counts = Buffer.alloc(8);
  counts.writeUInt16LE(entries.length, 4);
  counts.writeUInt16LE(entries.length, 6);
  return Buffer.concat([...parts, ...directory, word(END), counts, word(size), word(at), Buffer.alloc(2)]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
