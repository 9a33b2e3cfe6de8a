/**
 * SandboxCredentials are the example credentials that the simulated systems accept. They protect nothing: the sandbox
 * listens on loopback only and holds made-up records. Each is read from the environment, with a default that says
 * itself that it is for the sandbox:
 *
 * | variable | default | used by |
 * |---|---|---|
 * | `SANDBOX_CLIENT_ID_CRM` | `sandbox-crm` | crm: OAuth 2 client id |
 * | `SANDBOX_SECRET_CRM` | `sandbox-only-crm` | crm: OAuth 2 client secret |
 * | `SANDBOX_SECRET_CRM_WEBHOOKS` | `sandbox-only-crm-webhooks` | crm: signs its webhooks |
 * | `SANDBOX_SECRET_BOOKS` | `sandbox-only-books` | books: header `X-Api-Key` |
 * | `SANDBOX_SECRET_DESK` | `sandbox-only-desk` | desk: Bearer token |
 * | `SANDBOX_SECRET_MAILING` | `sandbox-only-mailing` | mailing: query parameter `api_key` |
 * | `SANDBOX_USER_PROJECTS` | `sandbox-projects` | projects: Basic user name |
 * | `SANDBOX_SECRET_PROJECTS` | `sandbox-only-projects` | projects: Basic password |
 * | `SANDBOX_SECRET_CHAT` | `sandbox-only-chat` | chat: Bearer token |
 */
export interface SandboxCredentials {
  readonly crm: { readonly clientId: string; readonly clientSecret: string; readonly webhookSecret: string };
  readonly books: { readonly apiKey: string };
  readonly desk: { readonly token: string };
  readonly mailing: { readonly apiKey: string };
  readonly projects: { readonly username: string; readonly password: string };
  readonly chat: { readonly token: string };
}

/** sandboxCredentials reads the credentials from an environment; unset and empty variables get their defaults. */
export function sandboxCredentials(environment: Readonly<Record<string, string | undefined>>): SandboxCredentials {
  const read = (name: string, otherwise: string): string => {
    const value = environment[name];
    return value === undefined || value === '' ? otherwise : value;
  };
  return {
    crm: {
      clientId: read('SANDBOX_CLIENT_ID_CRM', 'sandbox-crm'),
      clientSecret: read('SANDBOX_SECRET_CRM', 'sandbox-only-crm'),
      webhookSecret: read('SANDBOX_SECRET_CRM_WEBHOOKS', 'sandbox-only-crm-webhooks'),
    },
    books: { apiKey: read('SANDBOX_SECRET_BOOKS', 'sandbox-only-books') },
    desk: { token: read('SANDBOX_SECRET_DESK', 'sandbox-only-desk') },
    mailing: { apiKey: read('SANDBOX_SECRET_MAILING', 'sandbox-only-mailing') },
    projects: {
      username: read('SANDBOX_USER_PROJECTS', 'sandbox-projects'),
      password: read('SANDBOX_SECRET_PROJECTS', 'sandbox-only-projects'),
    },
    chat: { token: read('SANDBOX_SECRET_CHAT', 'sandbox-only-chat') },
  };
}
