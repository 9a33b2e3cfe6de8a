import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { fieldsOf, SecretStoreError, type SecretFields, type SecretStore } from './stored-secret.js';

const ANSWER_WITHIN_MS = 10_000;
const MAX_ANSWER_BYTES = 1_048_576;
const KUBERNETES_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

interface Login {
  readonly token: string;
  /** Epoch milliseconds; Infinity for a token that is given. */
  readonly until: number;
}

interface VaultAnswer {
  readonly data?: { readonly data?: unknown };
  readonly auth?: { readonly client_token?: unknown; readonly lease_duration?: unknown };
}

/**
 * createVaultStore reads secrets of HashiCorp Vault's KV engine, version 2 (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2);
 * a path is `MOUNT/PATH`. It logs in with VAULT_TOKEN, an AppRole (VAULT_ROLE_ID, VAULT_SECRET_ID) or Kubernetes
 * (VAULT_K8S_ROLE). Undefined where VAULT_ADDR is not set; throws RangeError where the settings cannot be used.
 */
export function createVaultStore(env: NodeJS.ProcessEnv): SecretStore | undefined {
  const { VAULT_ADDR: address = '', VAULT_NAMESPACE: namespace = '', VAULT_CACERT: caFile = '' } = env;
  if (address === '') return undefined;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) throw new RangeError('VAULT_ADDR has to be an address such as https://vault.example.org:8200.');
  const origin = address.replace(/\/+$/, '');
  const agent = (async () => new Agent({ connect: { timeout: ANSWER_WITHIN_MS, ...(caFile === '' ? {} : { ca: await readFile(caFile, 'utf8') }) } }))();
  agent.catch(() => undefined);
  let login: Login | undefined;
  let loggingIn: Promise<Login> | undefined;

  const ask = async (method: 'GET' | 'POST', path: string, token: string | undefined, body?: object): Promise<{ readonly status: number; readonly answer: VaultAnswer }> => {
    try {
      const response = await request(`${origin}/v1/${path}`, {
        method, dispatcher: await agent, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), body: body === undefined ? null : JSON.stringify(body),
        headers: { 'x-vault-request': 'true', ...(token === undefined ? {} : { 'x-vault-token': token }), ...(namespace === '' ? {} : { 'x-vault-namespace': namespace }) },
      });
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) throw new SecretStoreError('Vault answers with more than 1 MB', 'unavailable');
        chunks.push(chunk);
      }
      const text = Buffer.concat(chunks).toString('utf8');
      return { status: response.statusCode, answer: response.statusCode < 300 && text !== '' ? JSON.parse(text) as VaultAnswer : {} };
    } catch (error) {
      if (error instanceof SecretStoreError) throw error;
      // The cause may quote the answer, which holds the secret.
      throw new SecretStoreError('Vault did not answer as it should', 'unavailable');
    }
  };

  const logIn = async (): Promise<Login> => {
    const given = env['VAULT_TOKEN'] ?? '';
    if (given !== '') return { token: given, until: Infinity };
    const { path, body } = await loginRequest(env);
    const { status, answer } = await ask('POST', path, undefined, body);
    if (status >= 500 || status === 429) throw new SecretStoreError(`Vault answers a log-in with ${status}`, 'unavailable');
    const { client_token: token, lease_duration: lease } = answer.auth ?? {};
    if (typeof token !== 'string' || token === '') throw new SecretStoreError(`Vault refuses the log-in (${status})`, 'refused');
    // Taken anew ahead of its end; without a lease it does not end.
    return { token, until: typeof lease === 'number' && lease > 0 ? Date.now() + lease * 800 : Infinity };
  };
  const tokenNow = async (): Promise<string> => {
    if (login !== undefined && Date.now() < login.until) return login.token;
    loggingIn ??= logIn().finally(() => { loggingIn = undefined; });
    login = await loggingIn;
    return login.token;
  };

  return {
    async fetch(path): Promise<SecretFields> {
      const [mount = '', ...rest] = path.split('/');
      const place = `${encodeURIComponent(mount)}/data/${rest.map(encodeURIComponent).join('/')}`;
      let { status, answer } = await ask('GET', place, await tokenNow());
      // A token can be revoked at any time; a given one is read from the environment again, and refused again.
      if (status === 403) {
        login = undefined;
        ({ status, answer } = await ask('GET', place, await tokenNow()));
      }
      if (status === 404) throw new SecretStoreError(`Vault has nothing at ${path}`, 'absent');
      if (status === 400 || status === 401 || status === 403) throw new SecretStoreError(`Vault refuses to give ${path} (${status})`, 'refused');
      if (status !== 200 || answer.data?.data === undefined) throw new SecretStoreError(`Vault answers with ${status}`, 'unavailable');
      return fieldsOf(answer.data.data, path);
    },
    close: async () => { await (await agent).close(); },
  };
}

async function loginRequest(env: NodeJS.ProcessEnv): Promise<{ readonly path: string; readonly body: object }> {
  const { VAULT_ROLE_ID: roleId = '', VAULT_SECRET_ID: secretId = '', VAULT_K8S_ROLE: role = '', VAULT_K8S_TOKEN_FILE: tokenFile = KUBERNETES_TOKEN, VAULT_AUTH_MOUNT: mount = '' } = env;
  if (roleId !== '') return { path: `auth/${encodeURIComponent(mount === '' ? 'approle' : mount)}/login`, body: { role_id: roleId, secret_id: secretId } };
  if (role === '') throw new SecretStoreError('VAULT_ADDR is set, and neither VAULT_TOKEN nor VAULT_ROLE_ID nor VAULT_K8S_ROLE is', 'refused');
  const jwt = await readFile(tokenFile, 'utf8').catch(() => { throw new SecretStoreError('the token of the Kubernetes service account cannot be read', 'refused'); });
  return { path: `auth/${encodeURIComponent(mount === '' ? 'kubernetes' : mount)}/login`, body: { role, jwt: jwt.trim() } };
}
