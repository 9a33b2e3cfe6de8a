import { z } from 'zod';

/** queryText is a short text in a query; PostgreSQL can compare with no text that holds U+0000. */
export const queryText = z.string().max(200).refine((text) => !text.includes('\0'), 'holds a NUL character');
