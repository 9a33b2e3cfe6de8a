import type { ChannelTarget } from '../../src/contracts/channel-definition.js';
import type { NetworkRules } from '../../src/egress/network-rules.js';
import { AddressRefused, permittedAddress } from '../../src/http/guarded-connect.js';
import { sendMail } from '../../src/mail/send-mail.js';
import type { StoredNotification } from '../../src/store/notifications.js';
import { forbiddenPlace, NotTaken } from './not-taken.js';

const ANSWER_WITHIN_MS = 10_000;
const MOST_SUBJECT = 200;

/** sendEmail sends a notification by SMTP; the references in the target have been replaced. Its Message-ID is the same each time, so that mail programs show a repeat once. */
export async function sendEmail(target: Extract<ChannelTarget, { type: 'email' }>, rules: NetworkRules, { id, severity, title, body, link, clears, department }: StoredNotification): Promise<void> {
  const { host, port, tls, username, password, from, to } = target;
  // The address that was judged is the one that is connected to; the certificate must be the host's all the same.
  const address = await addressOf(host, rules);
  const subject = `[${clears === true ? 'all clear' : severity}] ${title}`.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, MOST_SUBJECT);
  const end = await sendMail(
    { host, address, port, tls, timeoutMs: ANSWER_WITHIN_MS, ...(username === undefined ? {} : { username, password: password ?? '' }) },
    { from, to, subject, messageId: `<${id}@crosswalk>`, text: [title, '', body, ...(link === null ? [] : ['', link]), ...(department === null ? [] : ['', `For: ${department}`])].join('\n') },
  );
  // The text of an answer may hold the user name; its codes say enough.
  if (end.kind === 'refused') throw new NotTaken(`it answers ${end.code}`, { permanent: end.code >= 500 });
  if (end.kind === 'unsent' && end.why === 'no-encryption') throw new NotTaken('it offers no encryption', { permanent: (end.code ?? 0) >= 500 });
  if (end.kind !== 'taken') throw new NotTaken('it does not answer', { permanent: false });
}

async function addressOf(host: string, rules: NetworkRules): Promise<string> {
  try {
    return await permittedAddress(host, rules);
  } catch (error) {
    throw error instanceof AddressRefused ? forbiddenPlace() : new NotTaken('its host has no address', { permanent: false });
  }
}
