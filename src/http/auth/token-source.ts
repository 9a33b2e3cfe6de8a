/** OutgoingRequest is what credentials are put on. */
export interface OutgoingRequest {
  /** By lower-case name. */
  readonly headers: Record<string, string>;
  readonly query: Record<string, string | number>;
}

/** TokenSource puts credentials on requests, and gets new ones where they can be had. */
export interface TokenSource {
  /**
   * apply puts the credentials on a request and gives their generation: it grows with every new token, and stays 0 where
   * they are fixed. Throws SystemError where there are none to be had, or the signal's reason.
   */
  apply(request: OutgoingRequest, signal: AbortSignal): Promise<number>;
  /**
   * refresh gets a new token after the system refused the one of `generation`; where a newer one is there already it does
   * nothing, so that many callers whose token was refused at once cause one refresh. Absent where credentials are fixed.
   */
  refresh?(generation: number, signal: AbortSignal): Promise<void>;
  /**
   * disconnect says that the system takes the tokens of `generation` no more, and that a person has to authorize anew;
   * false where they have been replaced meanwhile. Absent where credentials are no person's doing.
   */
  disconnect?(generation: number, reason: string): Promise<boolean>;
}

/** Credentials resolves texts of a definition at the moment of use; throws SystemError `missing-secret` where it cannot. */
export interface Credentials {
  /** plain gives a text with its references resolved; only the values of `secret://` are secrets. */
  plain(text: string): string;
  /** read gives a text with its references resolved, of which every one may be a secret: a header, a part of a login. */
  read(text: string): string;
  /** secret is read for a text that is a secret with or without a reference. */
  secret(text: string): string;
  /** secretHeader is secret for a text that goes into a header as it is, which must be one line of Latin-1. */
  secretHeader(text: string): string;
  /** keep registers a secret that came from elsewhere, such as a token. */
  keep(secret: string): void;
}
