import type { ObjectCapabilities, SystemBase } from './system-definition.js';

/** FilesSystemDefinition is a folder in which a system leaves CSV files and takes them, on this machine or over SFTP. */
export interface FilesSystemDefinition extends SystemBase {
  readonly connector: 'files';
  readonly medium: 'files';
  /** Path of the folder; may hold references. */
  readonly folder: string;
  readonly sftp?: SftpDefinition;
  readonly objects: Readonly<Record<string, FileObjectDefinition>>;
}

/** SftpDefinition is the server that a folder is on (SSH File Transfer Protocol, version 3). */
export interface SftpDefinition {
  /** Host; may hold references. */
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** References; one of the two is there. */
  readonly password?: string;
  readonly privateKey?: string;
  /** Fingerprints of the keys that the host may show: `SHA256:` and base64, as `ssh-keygen -l` prints them. */
  readonly hostKeys: readonly string[];
}

/** CsvForm is how the cells of a file are written. */
export interface CsvForm {
  readonly delimiter: string;
  readonly quote: string;
  /** A label of the Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels). */
  readonly encoding: string;
}

/** FileObjectDefinition says which files hold the records of one type, and which take them. */
export interface FileObjectDefinition extends ObjectCapabilities {
  readonly csv: CsvForm;
  readonly idColumn: string;
  readonly read?: FileReadDefinition;
  readonly write?: FileWriteDefinition;
}

/** FileReadDefinition says which files are read. */
export interface FileReadDefinition {
  /** Name of the files that hold every record, with `*` for any text. */
  readonly full?: string;
  /** Name of the files that hold only what changed. */
  readonly changes?: string;
  /** How a file is known to be written to its end. */
  readonly complete: { readonly by: 'marker'; readonly suffix: string } | { readonly by: 'stable'; readonly forMs: number };
  /** What becomes of a file once the run after it begins. */
  readonly after: 'keep' | 'move';
  readonly pageSize: number;
}

/** FileWriteDefinition says how files are left for the system. */
export interface FileWriteDefinition {
  /** Beginning of the names. */
  readonly prefix: string;
  readonly columns: readonly string[];
  /** Most rows of one file. */
  readonly batch: number;
  /** Column that says whether a row is new, changed or gone; absent: none. */
  readonly kindColumn?: string;
  /** Ending of an empty file that is made when a file is complete; absent: none. */
  readonly marker?: string;
  /** Columns whose text is written as it is, although a spreadsheet program may take it for a formula. */
  readonly raw: readonly string[];
}
