/** NotTaken is thrown when a channel does not take a message; its message never holds an address or another secret. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  constructor(message: string, readonly detail: { readonly permanent: boolean; readonly retryAfterMs?: number }) {
    super(message);
  }
}

/** forbiddenPlace is what a channel is told that leads where nothing may be connected to. */
export function forbiddenPlace(): NotTaken {
  return new NotTaken('its address must not be connected to; where it is meant, list it in "network" of the channel or in CROSSWALK_NETWORK_ALLOW', { permanent: true });
}
