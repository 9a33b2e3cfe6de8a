import { createHash } from 'node:crypto';
import type { StoredApproval } from '../store/approvals.js';

const style = 'body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}dt{color:#555}dd{margin:0 0 .5rem;overflow-wrap:anywhere}textarea{width:100%}button{font:inherit;padding:.5rem 1.5rem;margin:.5rem .5rem 0 0}';

/** answerHeaders keep a page with a secret address out of caches, frames, scripts and other sites' logs. */
export const answerHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
};

/** askingPage shows a question to a person, with the form by which they answer; opening it changes nothing. */
export function askingPage({ title, shown, policy: { quorum, expireAfterMs }, requestedBy, openedAt }: StoredApproval, person: string): string {
  const until = new Date(openedAt.getTime() + expireAfterMs).toISOString().slice(0, 16).replace('T', ' ');
  const facts = Object.entries(shown).map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(typeof value === 'string' ? value : JSON.stringify(value))}</dd>`);
  return page(title, [
    `<dl>${facts.join('')}</dl>`,
    `<p>${requestedBy === null ? '' : `Asked by ${escaped(requestedBy)}. `}You answer as ${escaped(person)}. ${quorum} must approve, until ${until} UTC.</p>`,
    '<form method="post" autocomplete="off"><label>Comment<br><textarea name="comment" rows="3" maxlength="2000"></textarea></label><br>',
    '<button name="decision" value="approve">Approve</button><button name="decision" value="reject">Reject</button></form>',
  ].join('\n'));
}

/** messagePage says one thing. */
export function messagePage(title: string, text: string): string {
  return page(title, `<p>${escaped(text)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head>\n<body><h1>${escaped(title)}</h1>\n${body}\n</body></html>\n`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** escaped is a text as it may stand in HTML, between tags and within quotes. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
