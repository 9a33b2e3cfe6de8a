import type { IncomingHttpHeaders } from 'node:http';

/** WebhookRequest is a webhook as it came in; the body is not decoded in any way. */
export interface WebhookRequest {
  readonly method: string;
  /** Whole address that the sender was told. */
  readonly url: string;
  /** Every value of every header, names in lower case. */
  readonly headers: NodeJS.Dict<string[]>;
  readonly body: Buffer;
}

/** onlyHeader is the value of a header that stands in a request exactly once; undefined where it is missing or repeated. */
export function onlyHeader({ headers }: Pick<WebhookRequest, 'headers'>, name: keyof IncomingHttpHeaders & string): string | undefined {
  const values = headers[name.toLowerCase()];
  return values?.length === 1 ? values[0] : undefined;
}
