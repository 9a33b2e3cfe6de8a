import { createServer, type Server } from 'node:http';
import { Provider, type KoaContextWithOIDC } from 'oidc-provider';
import type { OAuth2AuthorizationCode } from '../../src/contracts/auth-definition.js';
import { TcpProxy } from './tcp-proxy.js';

/** clientSecretOfTests is the secret of the client that the authorization server of the tests knows. */
export const clientSecretOfTests = 'client-secret-of-the-tests-0123456789';

/** AuthorizationServerOptions says what the authorization server is like. */
export interface AuthorizationServerOptions {
  readonly accessTokenSeconds?: number;
  readonly redirectUris?: readonly string[];
  readonly clientSecret?: string;
}

/**
 * AuthorizationServer is a real OAuth2 authorization server on 127.0.0.1, oidc-provider, which rotates refresh tokens and
 * revokes all that came from one when it is used again. A proxy stands before it, so that answers can be cut.
 */
export class AuthorizationServer {
  /** Requests to the token endpoint that came through, by grant. */
  readonly tokenRequests: string[] = [];
  /** Scopes that a person no longer allows. */
  readonly removedScopes = new Set<string>();

  private constructor(readonly provider: Provider, private readonly server: Server, readonly proxy: TcpProxy) {}

  /** start listens on free ports. */
  static async start({ accessTokenSeconds = 3_600, redirectUris = [], clientSecret = clientSecretOfTests }: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
    const server = createServer();
    const proxy = await TcpProxy.start();
    const issuer = `http://127.0.0.1:${proxy.port}`;
    const provider = new Provider(issuer, {
      clients: [{
        client_id: 'crosswalk', client_secret: clientSecret, grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
        redirect_uris: [...redirectUris, 'http://127.0.0.1/oauth/callback'], application_type: 'native', token_endpoint_auth_method: 'client_secret_basic',
      }],
      scopes: ['openid', 'offline_access', 'records', 'records:write'],
      pkce: { required: () => true },
      rotateRefreshToken: true,
      issueRefreshToken: () => true,
      ttl: { AccessToken: accessTokenSeconds, RefreshToken: 30 * 86_400, Grant: 30 * 86_400, Session: 3_600, Interaction: 600, IdToken: 600, AuthorizationCode: 60 },
      cookies: { keys: ['only-for-tests'] },
      findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      features: { devInteractions: { enabled: false } },
      expiresWithSession: () => false,
    });
    const listening = new AuthorizationServer(provider, server, proxy);
    const answerOf = (): ReturnType<Provider['callback']> => (answer ??= provider.callback());
    let answer: ReturnType<Provider['callback']> | undefined;
    server.on('request', (request, response) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      if (path.startsWith('/interaction/')) return void listening.allow(request, response);
      void answerOf()(request, response);
    });
    provider.on('access_token.saved', ({ jti }: { readonly jti: string }) => { listening.good.add(jti); });
    provider.use(async (context: KoaContextWithOIDC, next) => {
      await next();
      if (context.path === '/token') listening.tokenRequests.push(`${String(context.oidc?.params?.['grant_type'])} ${context.status}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    proxy.forwardTo(typeof address === 'object' && address !== null ? address.port : 0);
    return listening;
  }

  get url(): string {
    return `http://127.0.0.1:${this.proxy.port}`;
  }

  /** auth is the auth of a system whose accounts are here; `clientSecret` is a reference. */
  auth(more: Partial<OAuth2AuthorizationCode> = {}): OAuth2AuthorizationCode {
    return {
      type: 'oauth2', grant: 'authorization_code', authorizeUrl: `${this.url}/auth`, tokenUrl: `${this.url}/token`, clientId: 'crosswalk', clientSecret: 'secret://env/OAUTH_CLIENT_SECRET',
      scope: 'openid offline_access records', clientAuthentication: 'basic', authorizeParams: { prompt: 'consent' }, issuer: this.url, ...more,
    };
  }

  /** visit follows an authorization URL as a browser does in which a person says yes, and gives the address it comes back to. */
  async visit(url: string): Promise<URL> {
    const cookies = new Map<string, string>();
    for (let at = new URL(url), hops = 0; hops < 12; hops += 1) {
      const response = await fetch(at, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (name !== undefined) cookies.set(name, value ?? '');
      }
      const location = response.headers.get('location');
      if (location === null) throw new Error(`The authorization server answers ${response.status}: ${(await response.text()).slice(0, 300)}`);
      at = new URL(location, at);
      if (at.origin !== this.url || at.pathname.startsWith('/oauth/')) return at;
    }
    throw new Error('The authorization server does not come to an end.');
  }

  /** scopesOf is what a bearer token allows; undefined for one that is not good. */
  async scopesOf(authorization: string | undefined): Promise<ReadonlySet<string> | undefined> {
    const token = await this.provider.AccessToken.find((authorization ?? '').replace(/^Bearer /, ''));
    if (token === undefined || !this.good.has(token.jti)) return undefined;
    return new Set([...token.scopes].filter((scope) => !this.removedScopes.has(scope)));
  }

  /** expireAccessTokens has every access token that was given out refused from now on. */
  expireAccessTokens(): void {
    this.good.clear();
  }

  private readonly good = new Set<string>();

  /** revokeAll revokes everything that was ever allowed, as an administrator there would. */
  async revokeAll(): Promise<void> {
    for (const grant of this.grants) await this.provider.RefreshToken.revokeByGrantId(grant);
    for (const grant of this.grants) await this.provider.AccessToken.revokeByGrantId(grant);
  }

  async close(): Promise<void> {
    await this.proxy.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  private readonly grants = new Set<string>();

  // A person who logs in and says yes to everything.
  private async allow(request: Parameters<Provider['interactionDetails']>[0], response: Parameters<Provider['interactionDetails']>[1]): Promise<void> {
    const { prompt, params, session } = await this.provider.interactionDetails(request, response);
    if (prompt.name === 'login') return this.provider.interactionFinished(request, response, { login: { accountId: 'vera' } }, { mergeWithLastSubmission: false });
    const grant = new this.provider.Grant({ accountId: session?.accountId ?? 'vera', clientId: String(params['client_id']) });
    grant.addOIDCScope(String(params['scope']));
    const grantId = await grant.save();
    this.grants.add(grantId);
    return this.provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
  }
}
