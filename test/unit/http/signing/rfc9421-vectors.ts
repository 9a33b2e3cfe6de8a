import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SignatureAlgorithm } from '../../../../src/contracts/signing-definition.js';

const folder = fileURLToPath(new URL('../../../../../shared/data/rfc9421/', import.meta.url));

/** Vector is one example of RFC 9421, appendix B.2. */
export interface Vector {
  readonly name: string;
  readonly alg: SignatureAlgorithm;
  readonly key: string;
  readonly signature_params: string;
  readonly signature_base: string;
  readonly signature: string;
}

/** areVectorsHere says whether the examples lie beside the project; where they do not, the tests that need them say so and are skipped. */
export const areVectorsHere = existsSync(`${folder}vectors.json`);
if (!areVectorsHere) console.warn(`skipped: ${folder}vectors.json not found`);

/** readVectors reads the examples; none where they are not there. */
export function readVectors(): readonly Vector[] {
  return areVectorsHere ? (JSON.parse(readFileSync(`${folder}vectors.json`, 'utf8')) as { vectors: Vector[] }).vectors : [];
}

/** readKey reads a key of appendix B.1. */
export function readKey(name: string): string {
  return readFileSync(`${folder}test/etc/${name}`, 'utf8').trim();
}
