/** CheckedRequest is a request as a system got it; the path has no base and includes the query. */
export interface CheckedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Checked is what a vendor's document says of a request. */
export interface Checked {
  /** What does not fit, in words; empty: everything does. */
  readonly violations: readonly string[];
  /** The answer that the document gives as an example. */
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** RequestChecker holds requests against a vendor's document. */
export interface RequestChecker {
  check(request: CheckedRequest): Promise<Checked>;
  close(): Promise<void>;
}
