import type { TokenCache } from './token-cache.js';
import type { Credentials, TokenSource } from './token-source.js';

/** createTokenHolder sends the token of a cache in a header, after a prefix such as `Bearer `. */
export function createTokenHolder(cache: TokenCache, credentials: Pick<Credentials, 'keep'>, header: string, prefix: string): TokenSource {
  return {
    async apply(request, signal) {
      const token = await cache.current(signal);
      credentials.keep(token.text);
      request.headers[header] = prefix + token.text;
      return token.generation;
    },
    refresh: (generation, signal) => cache.replace(generation, signal),
  };
}
