import type { HttpMethod } from './system-definition.js';

/** SystemDraft is a system's definition as far as a description or a sample tells it. */
export interface SystemDraft {
  readonly system: string;
  readonly title: string;
  /** May be a placeholder such as `${CRM_URL}`. */
  readonly baseUrl: string;
  /** What has to be opened to reach it, where its address is not public. */
  readonly networkAllow?: readonly string[];
  readonly auth: DraftAuth;
  /** Status of the answer to a token that is not valid, where it is not 401. */
  readonly refusedWith?: number;
  readonly objects: readonly DraftObject[];
  /** What a person must look at, about the whole. */
  readonly checks: readonly string[];
  /** Lists that were left out, each with its reason. */
  readonly leftOut: readonly string[];
}

/** DraftAuth is how requests are authenticated, as `auth` of a definition has it. */
export interface DraftAuth {
  readonly keys: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly checks: readonly string[];
}

/** DraftObject is one object of a draft. */
export interface DraftObject {
  readonly object: string;
  readonly list: { readonly path: string; readonly params: Readonly<Record<string, string>>; readonly records: string; readonly paginate: DraftPaginate };
  readonly get?: { readonly path: string; readonly record: string };
  readonly since?: { readonly param: string; readonly field: string; readonly format: 'iso' | 'unix' };
  readonly id: string;
  readonly version?: string;
  readonly create?: DraftWrite;
  readonly update?: DraftWrite;
  readonly delete?: DraftWrite;
  readonly fields: readonly DraftField[];
  readonly checks: readonly string[];
}

/** DraftPaginate is the paging style that was guessed. */
export interface DraftPaginate {
  readonly type: 'none' | 'cursor' | 'page' | 'offset' | 'link';
  readonly next?: string;
  readonly param?: string;
  readonly start?: number;
  readonly limit?: number;
  readonly limitParam?: string;
  readonly total?: string;
}

/** DraftWrite is how records are written; pointers as in a definition. */
export interface DraftWrite {
  readonly method: HttpMethod;
  readonly path: string;
  readonly envelope: string;
  /** Null: the answer holds no record. */
  readonly record: string | null;
}

/** DraftField is a field of a record with the type that a mapping would give it. */
export interface DraftField {
  readonly name: string;
  readonly type: string;
}
