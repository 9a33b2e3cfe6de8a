import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WebhookSubscription } from './webhooks.js';

const fileName = 'crm.webhooks.json';

/** readSubscriptions reads the webhook subscriptions of a data folder; none where there is no file. */
export async function readSubscriptions(folder: string): Promise<readonly WebhookSubscription[]> {
  try {
    return JSON.parse(await readFile(join(folder, fileName), 'utf8')) as WebhookSubscription[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${join(folder, fileName)}: cannot be read; delete it and subscribe again`, { cause: error });
  }
}

/** writeSubscriptions replaces the webhook subscriptions of a data folder as a whole. */
export async function writeSubscriptions(folder: string, subscriptions: readonly WebhookSubscription[]): Promise<void> {
  const path = join(folder, fileName);
  await writeFile(`${path}.new`, JSON.stringify(subscriptions), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
