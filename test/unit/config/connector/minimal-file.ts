import { stringify } from 'yaml';
import type { BuiltinConnector } from '../../../../src/config/connector/catalogue.js';
import { connectorSchema } from '../../../../src/config/schema/connector-schema.js';

/** What a user gives for each kind of authentication: references to the secrets. */
const secretsOf: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'api-key': { value: 'secret://env/VENDOR_SECRET' },
  basic: { username: 'crosswalk', password: 'secret://env/VENDOR_SECRET' },
  bearer: { token: 'secret://env/VENDOR_SECRET' },
  oauth2: { clientId: 'crosswalk', clientSecret: 'secret://env/VENDOR_SECRET' },
  login: { body: { identity: 'crosswalk', password: 'secret://env/VENDOR_SECRET' } },
  none: {},
};

/** minimalFile gives the shortest files that use a connector, one for each way to authenticate that it offers. */
export function minimalFile(connector: BuiltinConnector, overrides: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const { settings } = connectorSchema.parse(connector.value);
  const needed = Object.entries(settings).filter(([, setting]) => setting.default === undefined).map(([name, { example }]) => [name, example]);
  const offers = connector.value['auth'] as readonly Readonly<Record<string, unknown>>[];
  return offers.map((offer) => {
    const type = String(offer['type']);
    const auth = Object.fromEntries(Object.entries(secretsOf[type] ?? {}).filter(([key]) => offer[key] === undefined));
    return stringify({
      system: 'mine', connector: connector.name, auth: { type, ...(offer['grant'] === undefined ? {} : { grant: offer['grant'] }), ...auth },
      ...(needed.length === 0 ? {} : { settings: Object.fromEntries(needed) }),
      ...(connector.value['webhooks'] === undefined ? {} : { webhooks: { secret: webhookSecret(connector.value['webhooks']) } }),
      ...overrides,
    });
  });
}

/** Where the sender gives the secret in a handshake, it is a file that the server writes. */
function webhookSecret(webhooks: unknown): string {
  return (webhooks as { readonly handshake?: string }).handshake === 'asana-hook-secret' ? 'secret://file/vendor-webhooks.secret' : 'secret://env/VENDOR_WEBHOOK_SECRET';
}
