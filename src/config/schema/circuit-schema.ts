import { z } from 'zod';
import { keyed } from './checked-text.js';
import { durationText } from './scalars.js';

/** circuitSchema is when a system that fails is left alone. */
export const circuitSchema = keyed({
  failures: z.int().min(1).max(10_000).default(20).describe('Requests in a row that must have failed: no connection, no answer in time, or one of the 5xx.'),
  pause: durationText('15s', '1s', '5m').default('15s').describe('How long the system is left alone at first; twice as long each time it fails again, up to five minutes.'),
});
