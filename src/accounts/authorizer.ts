import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { OAuth2AuthorizationCode } from '../contracts/auth-definition.js';
import type { RestSystemDefinition, SystemDefinition } from '../contracts/system-definition.js';
import { openAuthorizationClient } from '../http/auth/open-authorization-client.js';
import { storedTexts } from '../http/stored-secrets.js';
import type { KeySource } from '../sealing/key-ring.js';
import type { Database } from '../store/database.js';
import { activeDefinitions } from '../store/definitions.js';
import { storeAuthorization, takeState, takeTicket } from '../store/oauth-authorizations.js';
import { storeConnected } from '../store/oauth-connections.js';
import { AuthorizationRefusedError, codeOf, type AuthorizationAnswer } from './authorization-answer.js';
import { sealTokens } from './sealed-tokens.js';

/** authorizationForMs is how long a person may take to allow access, milliseconds. */
export const authorizationForMs = 600_000;

/** callbackPath is where browsers come back to. */
export const callbackPath = '/oauth/callback';

/** AuthorizerOptions is what accounts are connected with. */
export interface AuthorizerOptions {
  readonly database: Database;
  readonly keys: KeySource;
  /** Replaces the references of a text; throws, naming the reference. */
  readonly resolve: (text: string) => string;
  /** Waits until what texts name in stores of secrets has been read once, or could not be. */
  readonly ready?: (texts: readonly string[]) => Promise<void>;
  /** What may be connected to besides public addresses. */
  readonly networkAllow: readonly string[];
  /** Where people may be sent afterwards: URLs, each with everything below its path. */
  readonly returnTo?: readonly string[];
}

/** BegunAuthorization is an authorization that this process itself waits for the answer of. */
export interface BegunAuthorization {
  readonly url: URL;
  /** finish trades the code of an answer for tokens and stores them, once; throws AuthorizationRefusedError, SystemError or GrantRefusedError. */
  finish(answer: AuthorizationAnswer): Promise<void>;
}

/** Authorizer connects accounts: the authorization code grant with PKCE, each state good once, for ten minutes and for the session that began. */
export class Authorizer {
  constructor(private readonly options: AuthorizerOptions) {}

  /** definition is the definition in force of a system whose accounts people connect; throws AuthorizationRefusedError. */
  async definition(system: string): Promise<AccountDefinition> {
    const found = (await activeDefinitions(this.options.database, 'system')).find(({ name }) => name === system)?.body;
    if (found === undefined) throw new AuthorizationRefusedError(`There is no system "${system.slice(0, 60)}" in force.`);
    if (!isAccountDefinition(found)) throw new AuthorizationRefusedError(`The system "${system}" needs no account: its auth is not oauth2 with the grant authorization_code.`);
    await this.options.ready?.(storedTexts(found));
    return found;
  }

  /** beginHere begins an authorization whose answer this process receives itself, at `redirectUri`. */
  async beginHere(system: string, redirectUri: string, by: string): Promise<BegunAuthorization> {
    const definition = await this.definition(system);
    // Sealing is tried before a person is troubled.
    this.options.keys().seal('', 'try');
    const { state, verifier } = newSecrets();
    let used = false;
    return {
      url: await this.urlOf(definition, state, verifier, redirectUri),
      finish: async (answer) => {
        if (used || !sameText(answer.state, state)) throw new AuthorizationRefusedError('The answer has another state than the one that was begun here, or has come before.');
        used = true;
        await this.connect(definition, answer, verifier, redirectUri, by);
      },
    };
  }

  /** beginAtServer begins an authorization whose answer the server receives, and gives the last part of the link that a browser begins by, `/oauth/start/…`. Throws AuthorizationRefusedError for a `returnTo` that is not allowed. */
  async beginAtServer(system: string, publicUrl: string, by: string, returnTo: string | null): Promise<string> {
    await this.definition(system);
    if (returnTo !== null && !this.mayReturnTo(returnTo)) throw new AuthorizationRefusedError('That address to return to is not among those that CROSSWALK_RETURN_TO allows.');
    const secrets = newSecrets();
    const ticket = secretText();
    const stateHash = hash(secrets.state);
    await storeAuthorization(this.options.database, {
      stateHash, system, ticketHash: hash(ticket), sealed: this.options.keys().seal(JSON.stringify(secrets), contextOf(stateHash)),
      redirectUri: `${publicUrl}${callbackPath}`, returnTo, begunBy: by,
    }, authorizationForMs);
    return ticket;
  }

  /** start gives where a browser is to be sent, with the session that is to be its own; throws AuthorizationRefusedError for a link that is unknown, used or over. */
  async start(ticket: string): Promise<{ readonly url: URL; readonly cookie: string; readonly session: string }> {
    const session = secretText();
    const begun = await takeTicket(this.options.database, hash(ticket), hash(session));
    if (begun === undefined) throw new AuthorizationRefusedError('This link is not valid, was used before, or is out of date.');
    const { state, verifier } = this.secretsOf(begun.stateHash, begun.sealed);
    return { url: await this.urlOf(await this.definition(begun.system), state, verifier, begun.redirectUri), cookie: cookieOf(begun.stateHash), session };
  }

  /** cookieFor is the name of the cookie that holds the session which began a state. */
  cookieFor(state: string): string {
    return cookieOf(hash(state));
  }

  /** finish trades the code of an answer that came to the server; gives the system and where the person is to be sent. Throws AuthorizationRefusedError, SystemError or GrantRefusedError. */
  async finish(answer: AuthorizationAnswer, session: string | undefined): Promise<{ readonly system: string; readonly returnTo: string | null }> {
    const stateHash = hash(answer.state);
    const begun = await takeState(this.options.database, stateHash, session === undefined ? null : hash(session));
    if (begun === undefined) throw new AuthorizationRefusedError('The answer belongs to nothing that this browser has begun within the last ten minutes, or has come before.');
    const definition = await this.definition(begun.system);
    await this.connect(definition, answer, this.secretsOf(stateHash, begun.sealed).verifier, begun.redirectUri, begun.begunBy);
    return { system: begun.system, returnTo: begun.returnTo !== null && this.mayReturnTo(begun.returnTo) ? begun.returnTo : null };
  }

  private async connect(definition: AccountDefinition, answer: AuthorizationAnswer, verifier: string, redirectUri: string, by: string): Promise<void> {
    const { database, keys, resolve, networkAllow } = this.options;
    const { system, auth } = definition;
    const client = openAuthorizationClient(definition, resolve, networkAllow);
    try {
      const authorizeUrl = client.authorizationUrl({ state: '', challenge: '', redirectUri });
      const code = codeOf(answer, { ...(auth.issuer === undefined ? {} : { issuer: resolve(auth.issuer) }), authorizeUrl });
      const pair = await client.tradeCode({ code, verifier, redirectUri });
      const [own, theirs] = [originOf(resolve(definition.baseUrl)), await client.baseUrlOf(pair.access)];
      if (theirs !== undefined && theirs !== own) throw new AuthorizationRefusedError(`The account belongs to ${theirs}, and the definition of ${system} says ${own}. Correct it, apply it, and begin again.`);
      await storeConnected(database.pool, system, by, sealTokens(keys(), system, pair, null));
    } finally {
      await client.close();
    }
  }

  private async urlOf(definition: AccountDefinition, state: string, verifier: string, redirectUri: string): Promise<URL> {
    const client = openAuthorizationClient(definition, this.options.resolve, this.options.networkAllow);
    try {
      return client.authorizationUrl({ state, challenge: createHash('sha256').update(verifier).digest('base64url'), redirectUri });
    } finally {
      await client.close();
    }
  }

  private secretsOf(stateHash: string, sealed: string): Secrets {
    return JSON.parse(this.options.keys().open(sealed, contextOf(stateHash))) as Secrets;
  }

  private mayReturnTo(address: string): boolean {
    if (!URL.canParse(address) || /[\\\s]/.test(address)) return false;
    const url = new URL(address);
    return (this.options.returnTo ?? []).some((allowed) => {
      const { origin, pathname } = new URL(allowed);
      return url.username === '' && url.password === '' && url.origin === origin && (url.pathname === pathname || url.pathname.startsWith(pathname.endsWith('/') ? pathname : `${pathname}/`));
    });
  }
}

/** AccountDefinition is a system whose accounts people connect. */
export type AccountDefinition = RestSystemDefinition & { readonly auth: OAuth2AuthorizationCode };

/** isAccountDefinition says whether people connect the accounts of a system. */
export function isAccountDefinition(definition: SystemDefinition): definition is AccountDefinition {
  return definition.medium === undefined && definition.auth.type === 'oauth2' && definition.auth.grant === 'authorization_code';
}

/** readReturnTo reads CROSSWALK_RETURN_TO: URLs, separated by commas or blanks; throws RangeError for what is none. */
export function readReturnTo(text: string): readonly string[] {
  const urls = text.split(/[\s,]+/).filter((part) => part !== '');
  for (const url of urls) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new RangeError('CROSSWALK_RETURN_TO has to be addresses such as https://crm.example.org/settings, separated by commas.');
  }
  return urls;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'another address';
}

interface Secrets {
  readonly state: string;
  /** PKCE verifier (RFC 7636 §4.1). */
  readonly verifier: string;
}

function newSecrets(): Secrets {
  return { state: secretText(), verifier: secretText() };
}

function secretText(): string {
  return randomBytes(32).toString('base64url');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sameText(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hash(one)), Buffer.from(hash(other)));
}

function contextOf(stateHash: string): string {
  return `oauth_authorizations/${stateHash}`;
}

// One for each authorization, so that two in one browser do not get into each other's way.
function cookieOf(stateHash: string): string {
  return `crosswalk_oauth_${stateHash.slice(0, 16)}`;
}
