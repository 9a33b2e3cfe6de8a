/** Sent is a value as it comes over the wire: times are ISO 8601 texts. */
export type Sent<Value> = Value extends Date ? string : Value extends readonly (infer Item)[] ? readonly Sent<Item>[] : Value extends object ? { readonly [Name in keyof Value]: Sent<Value[Name]> } : Value;

/** CrosswalkApiError is thrown when the API refuses a request; its message says why and what can be done. */
export class CrosswalkApiError extends Error {
  override readonly name = 'CrosswalkApiError';
  constructor(message: string, readonly status: number) {
    super(message);
  }
}

/** ApiClientOptions says where the API is. */
export interface ApiClientOptions {
  /** Address of `crosswalk server`, such as http://127.0.0.1:8089. */
  readonly url: string;
  /** How long one answer may take, milliseconds; 30 s unless given. */
  readonly timeoutMs?: number;
}

/** Started is a workflow that was started, or was under way already. */
export interface Started {
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly started: boolean;
}

/** requestApi sends one request to the API and gives its answer; throws CrosswalkApiError for what the API refuses. */
export async function requestApi<Answer>({ url, timeoutMs = 30_000 }: ApiClientOptions, method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(new URL(path, url), {
    method, signal: AbortSignal.timeout(timeoutMs), redirect: 'error',
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const content = (await answer.json().catch(() => ({}))) as { readonly detail?: string };
  if (!answer.ok) throw new CrosswalkApiError(content.detail ?? `The API answered with status ${answer.status}.`, answer.status);
  return content as Answer;
}

/** queryOf writes the parameters that are given as the query of an address. */
export function queryOf(parts: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(parts).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
