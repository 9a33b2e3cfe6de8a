import type { CrosswalkClient } from '../client/crosswalk-client.js';
import type { LinkKey } from '../config/answer-links.js';
import type { Database } from '../store/database.js';

/** ApiDependencies is what the API works with. */
export interface ApiDependencies {
  readonly database: Database;
  readonly client: CrosswalkClient;
  /** Host names under which the API may be asked; anything else is refused, so that no web page can reach it by DNS rebinding. */
  readonly hosts: readonly string[];
  /** Keys that sign the links to answer by; absent or empty: there are none. */
  readonly linkKeys?: readonly LinkKey[];
}
