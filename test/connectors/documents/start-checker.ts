import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { startPrismChecker } from './prism-checker.js';
import type { RequestChecker } from './request-checker.js';
import { startStripeChecker } from './stripe-checker.js';

/** specsFolder is where vendors' documents lie, which are not part of the project. */
export const specsFolder = resolve(import.meta.dirname, '../../../../shared/specs');

/** startChecker gives the checker of a document, or why there is none on this machine. */
export async function startChecker(document: string | undefined): Promise<RequestChecker | string> {
  if (document === undefined) return 'the connector names no document';
  const file = resolve(specsFolder, document);
  if (document !== 'stripe-mock' && !existsSync(file)) return `../shared/specs/${document} not found`;
  try {
    return document === 'stripe-mock' ? await startStripeChecker() : await startPrismChecker(file);
  } catch (error) {
    return `${document === 'stripe-mock' ? 'stripe-mock' : 'Prism'} cannot be had: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`;
  }
}
