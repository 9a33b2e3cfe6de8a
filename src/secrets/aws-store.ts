import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fieldsOf, SecretStoreError, type SecretFields, type SecretStore } from './stored-secret.js';

const ANSWER_WITHIN_MS = 10_000;

/**
 * createAwsStore reads secrets of AWS Secrets Manager with the credentials, the region and the endpoint that the AWS SDK
 * finds by itself (AWS_REGION, AWS_ENDPOINT_URL, profiles, roles). A secret that is a JSON object has fields. The SDK is
 * loaded at the first use.
 */
export function createAwsStore(): SecretStore {
  let opened: Promise<SecretsManagerClient> | undefined;
  return {
    async fetch(path): Promise<SecretFields> {
      opened ??= open();
      const [client, { GetSecretValueCommand }] = await Promise.all([opened, import('@aws-sdk/client-secrets-manager')]);
      try {
        const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: path }), { abortSignal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
        if (text === undefined) throw new SecretStoreError(`${path} holds bytes and no text`, 'absent');
        return new Map([['', text], ...jsonFields(text, path)]);
      } catch (error) {
        throw error instanceof SecretStoreError ? error : storeError(error, path);
      }
    },
    close: async () => { (await opened)?.destroy(); },
  };
}

async function open(): Promise<SecretsManagerClient> {
  const { SecretsManagerClient: Client } = await import('@aws-sdk/client-secrets-manager');
  return new Client({ maxAttempts: 3 });
}

function jsonFields(text: string, path: string): SecretFields {
  try {
    return fieldsOf(JSON.parse(text), path);
  } catch (error) {
    if (error instanceof SecretStoreError) throw error;
    return new Map();
  }
}

// The names are the service's own error codes (API reference of GetSecretValue); messages are left out.
function storeError(error: unknown, path: string): SecretStoreError {
  const name = error instanceof Error ? error.name : 'unknown error';
  if (name === 'ResourceNotFoundException' || name === 'InvalidRequestException') return new SecretStoreError(`AWS has no secret ${path} (${name})`, 'absent');
  if (/^(?:AccessDenied|UnrecognizedClient|InvalidSignature|InvalidClientTokenId|ExpiredToken|CredentialsProvider|DecryptionFailure|InvalidParameter)/.test(name)) return new SecretStoreError(`AWS refuses to give ${path} (${name})`, 'refused');
  return new SecretStoreError(`AWS did not answer as it should (${name})`, 'unavailable');
}
