import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { SealingKeyError, type KeySource } from '../sealing/key-ring.js';

/** The encoding that Temporal's own examples use for encrypted payloads, so that its tools recognise it. */
const ENCRYPTED = 'binary/encrypted';
const ENCODING = 'encoding';
const KEY_ID = 'encryption-key-id';

/** What payloads are bound to; their workflow is not known where they are encoded. */
const CONTEXT = 'temporal payload';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/**
 * createSealedPayloadCodec encrypts what Temporal stores of workflows, with AES-256-GCM and the id of the key beside it.
 * What was stored before there were keys is read as it is. Throws SealingKeyError where a key is missing.
 */
export function createSealedPayloadCodec(keys: KeySource): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload): Payload => {
      const { keyId, sealed } = keys().sealBytes(PayloadMessage.encode(payload).finish(), CONTEXT);
      return { metadata: { [ENCODING]: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(keyId) }, data: sealed };
    }),
    decode: async (payloads) => payloads.map((payload): Payload => {
      if (textOf(payload.metadata?.[ENCODING]) !== ENCRYPTED) return payload;
      if (payload.data == null) throw new SealingKeyError('An encrypted payload holds nothing.');
      const opened = PayloadMessage.decode(keys().openBytes(textOf(payload.metadata?.[KEY_ID]), payload.data, CONTEXT));
      return { metadata: opened.metadata, data: opened.data };
    }),
  };
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes == null ? '' : Buffer.from(bytes).toString('utf8');
}
