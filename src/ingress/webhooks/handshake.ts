import type { WebhookDefinition } from '../../contracts/webhook-definition.js';
import type { HookedSystem } from './hook-definitions.js';
import { onlyHeader, type WebhookRequest } from './webhook-request.js';

/** HandshakeAnswer is what a sender wants back, with status 200. */
export interface HandshakeAnswer {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
}

const HOOK_SECRET = 'X-Hook-Secret';
const LONGEST_CHALLENGE = 1_000;

/** answerHandshake is the answer to a handshake that is signed like any webhook; undefined for a webhook that is none. */
export function answerHandshake({ handshake }: WebhookDefinition, { body }: WebhookRequest): HandshakeAnswer | undefined {
  return handshake === 'slack-challenge' ? slackChallenge(body) : undefined;
}

/** wantsNoBody says whether the sender takes no answer with a body for a good one; Xero's intent to receive is then a webhook like any other. */
export function wantsNoBody({ handshake }: WebhookDefinition): boolean {
  return handshake === 'xero-intent-to-receive';
}

/**
 * takeHookSecret keeps the secret that Asana gives in the first request of a webhook, which is not signed, and gives the
 * answer that has it back. Undefined where no secret is waited for, so that nobody can replace one that is there.
 */
export async function takeHookSecret({ webhooks: { handshake }, missing }: HookedSystem, request: WebhookRequest, keepSecret: (reference: string, secret: string) => Promise<boolean>): Promise<HandshakeAnswer | undefined> {
  const secret = handshake === 'asana-hook-secret' ? onlyHeader(request, HOOK_SECRET) : undefined;
  if (secret === undefined || !/^[\x21-\x7e]{16,200}$/.test(secret)) return undefined;
  for (const reference of missing) if (await keepSecret(reference, secret)) return { headers: { [HOOK_SECRET]: secret } };
  return undefined;
}

function slackChallenge(body: Buffer): HandshakeAnswer | undefined {
  const { type, challenge } = membersOf(body);
  return type === 'url_verification' && typeof challenge === 'string' && challenge.length <= LONGEST_CHALLENGE ? { body: { challenge } } : undefined;
}

function membersOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
