/** Query is parameters of a request in the order they are sent; values are percent-encoded. */
export type Query = Readonly<Record<string, string | number>>;

/** BaseUrl is the place that the paths of a system are below. */
export interface BaseUrl {
  readonly origin: string;
  /** Path without a slash at its end; empty where the paths start at the root. */
  readonly prefix: string;
}

/** parseBaseUrl reads an absolute http or https URL; throws TypeError, with nothing of a password in its message. */
export function parseBaseUrl(text: string): BaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError('the base URL is no http or https URL; write one such as https://crm.example.com/api');
  }
  if (url.username !== '' || url.password !== '') throw new TypeError('the base URL holds a user name or a password; put them into auth');
  if (url.search !== '' || url.hash !== '') throw new TypeError("the base URL holds a '?' or a '#'; put parameters into params");
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') };
}

/** joinPath puts a path below a base URL and adds the query to the one it may already have. */
export function joinPath(prefix: string, path: string, query: Query): string {
  const below = prefix + (path.startsWith('/') ? path : `/${path}`);
  const encoded = encodeQuery(query);
  if (encoded === '') return below;
  return `${below}${below.includes('?') ? '&' : '?'}${encoded}`;
}

/** encodeQuery writes parameters as `a=1&b=2`, blanks as %20, which every server reads alike. */
export function encodeQuery(query: Query): string {
  let encoded = '';
  for (const name in query) {
    if (encoded !== '') encoded += '&';
    encoded += `${encodeText(name)}=${encodeText(String(query[name]))}`;
  }
  return encoded;
}

/** pathOnly cuts the query off, for messages and logs. */
export function pathOnly(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}

// encodeURIComponent throws on half of a surrogate pair, which a record's text may hold; it becomes U+FFFD as in a body.
const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** encodeText percent-encodes a text for a query or a form, blanks as %20. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.replace(loneSurrogate, '\uFFFD'));
}
