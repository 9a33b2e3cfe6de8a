import { createHash } from 'node:crypto';
import type { Json } from '../../contracts/json.js';
import type { WebhookEvents } from '../../contracts/webhook-definition.js';
import { compileGetter } from '../../domain/json-pointer.js';
import { objectOf } from './object-of.js';

/** ReceivedEvent is what one webhook, or one member of it, says: this record has changed. */
export interface ReceivedEvent {
  /** The same event has the same key, however often it comes. */
  readonly dedupeKey: string;
  /** Whether the key was made of an id that the sender gave, and not of the body. */
  readonly hasId: boolean;
  /** Object of the system; null where the webhook does not say which. */
  readonly object: string | null;
  /** External id; null where the webhook names no record. */
  readonly recordId: string | null;
}

/** More events than this in one webhook are taken as one that says that something has changed. */
const MOST_EVENTS = 1_000;

const LONGEST_ID = 500;

/**
 * readEvents is what a verified webhook says, as far as it can be read. Nothing in it is believed but that a record has
 * changed, so what cannot be read becomes one event without a record, which has everything read that has changed.
 */
export function readEvents(events: WebhookEvents, body: Buffer, headerId: string | undefined, onlyObject: string | null): readonly ReceivedEvent[] {
  const bodyKey = createHash('sha256').update(body).digest('base64url');
  const unread: ReceivedEvent = { dedupeKey: headerId ?? bodyKey, hasId: headerId !== undefined, object: onlyObject, recordId: null };
  const parsed = parse(body);
  if (parsed === undefined) return [unread];
  const listed = events.list === undefined ? [parsed] : compileGetter(events.list)(parsed);
  if (!Array.isArray(listed) || listed.length > MOST_EVENTS) return [unread];
  return listed.map((event, position) => {
    const id = text(at(event, events.id)) ?? (headerId === undefined || events.list === undefined ? headerId : `${headerId}/${position}`);
    const named = text(at(event, events.object));
    const object = named === undefined ? onlyObject : objectOf(events.objects, named);
    return { dedupeKey: id ?? `${bodyKey}/${position}`, hasId: id !== undefined, object, recordId: object === null ? null : text(at(event, events.record)) ?? null };
  });
}

function parse(body: Buffer): Json | undefined {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Json;
  } catch {
    return undefined;
  }
}

function at(event: Json, pointer: string | undefined): Json | undefined {
  return pointer === undefined ? undefined : compileGetter(pointer)(event);
}

function text(value: Json | undefined): string | undefined {
  const isId = (typeof value === 'string' && value !== '' && value.length <= LONGEST_ID && !value.includes('\0')) || (typeof value === 'number' && Number.isSafeInteger(value));
  return isId ? String(value) : undefined;
}
