import { headerText, type ResponseHeaders } from './header-text.js';

/** DeprecationNotice is what an answer announces of the request it answers; texts are as the system wrote them. */
export interface DeprecationNotice {
  /** `GET /contacts`, with `{id}` in place of ids. */
  readonly request: string;
  /** When it was or will be deprecated, as an ISO 8601 date where it can be read (RFC 9745). */
  readonly deprecation: string | null;
  /** When it ends (RFC 8594). */
  readonly sunset: string | null;
  /** Page about it, from the Link header. */
  readonly link: string | null;
}

/** deprecationNotice reads the Deprecation and Sunset headers of an answer; undefined where there is neither. */
export function deprecationNotice(headers: ResponseHeaders, request: string): DeprecationNotice | undefined {
  const [deprecation, sunset] = [headerText(headers, 'deprecation'), headerText(headers, 'sunset')];
  if (deprecation === undefined && sunset === undefined) return undefined;
  const link = /<([^<>\s]{1,500})>\s*;[^,]*rel="?(?:deprecation|sunset)"?/i.exec(headerText(headers, 'link') ?? '')?.[1];
  return { request: withoutIds(request), deprecation: deprecation === undefined ? null : dateText(deprecation), sunset: sunset === undefined ? null : dateText(sunset), link: link ?? null };
}

/** Segments with a digit are taken for ids, so that each record is not an announcement of its own; versions such as v2 are kept. */
function withoutIds(request: string): string {
  return request.split('/').map((segment) => (/\d/.test(segment) && !/^v\d+$/i.test(segment) ? '{id}' : segment)).join('/').slice(0, 300);
}

/** RFC 9745 has `@1688169599`, seconds since 1970; its drafts had `true` and HTTP dates, as RFC 8594 has. */
function dateText(text: string): string {
  const seconds = /^@(-?\d{1,12})$/.exec(text.trim())?.[1];
  const ms = seconds === undefined ? Date.parse(text) : Number(seconds) * 1_000;
  return Number.isNaN(ms) ? text.slice(0, 100) : new Date(ms).toISOString();
}
