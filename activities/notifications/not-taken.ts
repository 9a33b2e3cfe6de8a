/** NotTaken is thrown when a channel does not take a message; its message never holds an address or another secret. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  constructor(message: string, readonly detail: { readonly permanent: boolean; readonly retryAfterMs?: number }) {
    super(message);
  }
}
