import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { ChannelTarget } from '../../src/contracts/channel-definition.js';
import { AddressRefused, permittedAddress } from '../../src/http/guarded-connect.js';
import type { NetworkRules } from '../../src/egress/network-rules.js';
import type { StoredNotification } from '../../src/store/notifications.js';
import { forbiddenPlace, NotTaken } from './not-taken.js';

const ANSWER_WITHIN_MS = 10_000;
const MOST_SUBJECT = 200;

/** sendEmail sends a notification by SMTP; the references in the target have been replaced. Its Message-ID is the same each time, so that mail programs show a repeat once. */
export async function sendEmail(target: Extract<ChannelTarget, { type: 'email' }>, rules: NetworkRules, { id, severity, title, body, link, clears, department }: StoredNotification): Promise<void> {
  const { host, port, tls, username, password, from, to } = target;
  const address = await addressOf(host, rules);
  const transport = createTransport({
    // The address that was judged is the one that is connected to; the certificate must be the host's all the same.
    host: address, port, tls: isIP(host) === 0 ? { servername: host } : {}, secure: tls === 'implicit', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none', ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
    connectionTimeout: ANSWER_WITHIN_MS, greetingTimeout: ANSWER_WITHIN_MS, socketTimeout: ANSWER_WITHIN_MS, dnsTimeout: ANSWER_WITHIN_MS, disableFileAccess: true, disableUrlAccess: true,
  });
  const subject = `[${clears === true ? 'all clear' : severity}] ${title}`.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, MOST_SUBJECT);
  try {
    await transport.sendMail({
      from, to: [...to], subject, text: [title, '', body, ...(link === null ? [] : ['', link]), ...(department === null ? [] : ['', `For: ${department}`])].join('\n'), messageId: `<${id}@crosswalk>`,
    });
  } catch (error) {
    throw refusal(error);
  } finally {
    transport.close();
  }
}

async function addressOf(host: string, rules: NetworkRules): Promise<string> {
  try {
    return await permittedAddress(host, rules);
  } catch (error) {
    throw error instanceof AddressRefused ? forbiddenPlace() : new NotTaken('its host has no address', { permanent: false });
  }
}

// The text of an error may hold the user name and what the server says; its codes say enough.
function refusal(error: unknown): NotTaken {
  const code = error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined;
  if (code !== undefined) return new NotTaken(`it answers ${code}`, { permanent: code >= 500 });
  return new NotTaken(error instanceof Error && 'code' in error && error.code === 'ETLS' ? 'it offers no encryption' : 'it does not answer', { permanent: false });
}
