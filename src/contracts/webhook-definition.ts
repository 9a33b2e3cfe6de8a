/** WebhookDefinition says how a system's webhooks are verified and what they say. Secrets are still references. */
export interface WebhookDefinition {
  readonly verify: WebhookVerification;
  readonly events: WebhookEvents;
  readonly handshake?: WebhookHandshake;
}

/**
 * WebhookHandshake is what a sender asks for when its webhook is set up: Slack wants the challenge of a signed
 * `url_verification` back (docs.slack.dev, url_verification), Asana gives the secret in `X-Hook-Secret` and wants it back
 * (developers.asana.com, webhooks guide), Xero wants 200 without a body for a good signature and 401 for a bad one
 * (developer.xero.com, intent to receive).
 */
export type WebhookHandshake = 'slack-challenge' | 'asana-hook-secret' | 'xero-intent-to-receive';

/** WebhookVerification is how a webhook shows that it comes from the system; any one of several secrets is enough, so that they can be rotated. */
export type WebhookVerification = SignatureVerification | StandardVerification | SharedSecretVerification | BasicVerification;

/** SignatureVerification is a keyed hash (HMAC, RFC 2104), or where `keyed` is false a plain one, over given parts of the request. */
export interface SignatureVerification {
  readonly scheme: 'signature';
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly keyed: boolean;
  /** Header that carries the signature. */
  readonly header: string;
  readonly encoding: 'hex' | 'base64';
  /** Text before the signature, such as `sha256=`; may be empty. */
  readonly prefix: string;
  /** What is signed: text with `{body}`, `{timestamp}`, `{id}`, `{method}`, `{url}` and, without a key, `{secret}`. */
  readonly signed: string;
  /** Names of the items, where the header is a list such as `t=1614265330,v1=5fe6…`. */
  readonly items?: { readonly timestamp: string; readonly signature: string };
  readonly timestamp?: TimestampPlace;
  readonly idHeader?: string;
  readonly secrets: readonly string[];
}

/** TimestampPlace says where the time of sending stands, and how; without `header` it is an item of the signature's header. */
export interface TimestampPlace {
  readonly header?: string;
  readonly format: 'unix' | 'unix-ms' | 'iso';
  readonly toleranceMs: number;
}

/** StandardVerification is the symmetric scheme of Standard Webhooks (standardwebhooks.com, version v1). */
export interface StandardVerification {
  readonly scheme: 'standard-webhooks';
  readonly toleranceMs: number;
  readonly secrets: readonly string[];
}

/** SharedSecretVerification is a secret that stands in a header as it is, or in the address, for senders that sign nothing. */
export interface SharedSecretVerification {
  readonly scheme: 'shared-secret';
  readonly header: string;
  /** Query parameter of the address that carries the secret, in place of the header. */
  readonly parameter?: string;
  readonly prefix: string;
  readonly secrets: readonly string[];
}

/** BasicVerification is HTTP basic authentication (RFC 7617). */
export interface BasicVerification {
  readonly scheme: 'basic';
  readonly username: string;
  readonly secrets: readonly string[];
}

/** WebhookEvents says where the body names what happened; every place is a JSON Pointer. */
export interface WebhookEvents {
  /** Array of events; absent: the body is one event. */
  readonly list?: string;
  /** Id of the event; absent: equal bodies are one event, whose record is read each time. */
  readonly id?: string;
  /** Header that carries the id, where the body does not. */
  readonly idHeader?: string;
  /** Type of the record or the event, which `objects` translates; absent: the system's only object. */
  readonly object?: string;
  /** Objects by what stands at `object`; a name that ends with `*` stands for all that begin like it. */
  readonly objects: Readonly<Record<string, string>>;
  /** External id of the record; absent: the webhook says only that something has changed. */
  readonly record?: string;
}
