import type { PageToken } from '../../contracts/connector.js';

/** pageSize is how many records a token asks for: the usual number, or fewer where it was narrowed. */
export function pageSize(token: PageToken | null, usual: number): number {
  const fewer = token?.['limit'];
  return typeof fewer === 'number' && Number.isSafeInteger(fewer) && fewer >= 1 && fewer < usual ? fewer : usual;
}

/** isFirst says whether a token stands for the first page, narrowed or not. */
export function isFirst(token: PageToken | null): boolean {
  return token === null || (Object.keys(token).length === 1 && 'limit' in token);
}

/** halved is a token of the same place that asks for half as many records; undefined where it asked for one already. */
export function halved(token: PageToken | null, usual: number): PageToken | undefined {
  const size = pageSize(token, usual);
  return size === 1 ? undefined : { ...token, limit: Math.floor(size / 2) };
}

/** doubled is the part of the next token that asks for twice as many records after a page that came; empty at the usual number. */
export function doubled(token: PageToken | null, usual: number): PageToken {
  const size = pageSize(token, usual) * 2;
  return size >= usual ? {} : { limit: size };
}
