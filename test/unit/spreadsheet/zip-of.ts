import { crc32 } from './crc32.js';
import { deflateRawSync } from 'node:zlib';

/** ZipTricks makes an archive say something else than what is in it. */
export interface ZipTricks {
  readonly method?: number;
  readonly flags?: number;
  /** Unpacked size that the headers state. */
  readonly statedSize?: number;
  /** Packed bytes that all entries share. */
  readonly shared?: Buffer;
}

/** zipOf makes a ZIP archive of files by name. */
export function zipOf(files: Readonly<Record<string, string | Buffer>>, { method = 8, flags = 0, statedSize, shared }: ZipTricks = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  let sharedAt: number | undefined;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const packed = shared ?? deflateRawSync(content);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(flags, 2);
    facts.writeUInt16LE(method, 4);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(statedSize ?? content.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(4);
    place.writeUInt32LE(sharedAt ?? at);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0', 'latin1'), facts, Buffer.alloc(10), place, Buffer.from(name)]));
    if (sharedAt !== undefined) continue;
    if (shared !== undefined) sharedAt = at;
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), facts, Buffer.from(name), packed]);
    parts.push(local);
    at += local.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\u0005\u0006', 'latin1'), end]);
}
