import { sandboxCredentials } from '../sandbox/credentials.js';

/**
 * sandboxEnvironment is the variables that the example definitions name: where the sandbox is, and its made-up
 * credentials, and that this machine may be connected to. What the environment sets itself is left as it is.
 */
export function sandboxEnvironment(environment: NodeJS.ProcessEnv, sandboxUrl: string): Readonly<Record<string, string>> {
  const { crm, books, desk, mailing, projects, chat } = sandboxCredentials(environment);
  return {
    SANDBOX_URL: sandboxUrl,
    // The sandbox, and whatever else is tried out with a local instance, runs on this machine.
    CROSSWALK_NETWORK_ALLOW: [environment['CROSSWALK_NETWORK_ALLOW'] ?? '', 'loopback'].join(' ').trim(),
    SANDBOX_CLIENT_ID_CRM: crm.clientId,
    SANDBOX_SECRET_CRM: crm.clientSecret,
    SANDBOX_SECRET_CRM_WEBHOOKS: crm.webhookSecret,
    SANDBOX_SECRET_BOOKS: books.apiKey,
    SANDBOX_SECRET_DESK: desk.token,
    SANDBOX_SECRET_MAILING: mailing.apiKey,
    SANDBOX_USER_PROJECTS: projects.username,
    SANDBOX_SECRET_PROJECTS: projects.password,
    SANDBOX_SECRET_CHAT: chat.token,
  };
}
