import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { keysIn } from '../secrets/sealing-keys.js';
import { createSealedPayloadCodec } from './sealed-payload-codec.js';

/** payloadConverter is how a process encodes what it gives to Temporal: encrypted where CROSSWALK_PAYLOAD_KEYS has keys, undefined, which is plain JSON, where it has none. */
export function payloadConverter(env: NodeJS.ProcessEnv, resolve: (text: string) => string): DataConverter | undefined {
  const { CROSSWALK_PAYLOAD_KEYS: text = '', CROSSWALK_PAYLOAD_KEYS_FILE: file = '' } = env;
  if (text === '' && file === '') return undefined;
  const keys = keysIn('CROSSWALK_PAYLOAD_KEYS', env, resolve);
  // Unusable keys are said at the start, not with the first workflow.
  keys().sealBytes(Buffer.alloc(0), 'try');
  return { payloadCodecs: [createSealedPayloadCodec(keys)], failureConverterPath: fileURLToPath(new URL('failure-converter.js', import.meta.url)) };
}

/** encodedFailures is the workflow bundle with failures that are encoded, see workflows/failure-converter.ts; throws where the bundle has no such switch. */
export function encodedFailures(bundle: string): string {
  const switched = bundle.replaceAll('crosswalk failures: plain  ', 'crosswalk failures: encoded');
  if (switched === bundle) throw new Error('The workflow bundle has no switch for failures. Build it again with "npm run build".');
  return switched;
}
