import { z } from 'zod';

/** letterId is the whole id of a dead letter. */
export const letterId = z.uuid();

/** person is the name of who does something, kept with the letter. */
export const person = z.string().trim().min(1).max(100).refine((text) => !text.includes('\0'), 'holds a NUL character');

/** definitionVersion is the version of a sync's definition that is to be used. */
export const definitionVersion = z.number().int().min(1).max(1_000_000);

/** targetFinding is what a person found at the target. */
export const targetFinding = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('not-written') }),
  z.strictObject({ kind: z.literal('written'), externalId: z.string().min(1).max(500).refine((text) => !text.includes('\0'), 'holds a NUL character') }),
]);
