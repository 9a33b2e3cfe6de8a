// The floor: what a bare script without any state, checks or retries needs for the same calls. It reads pages of 500 one
// after the other and sends batches of 100, eight at once.
import { Agent, request } from 'undici';

const [sandboxUrl, secrets] = [process.env.SANDBOX_URL, { crm: process.env.SANDBOX_SECRET_CRM, mailing: process.env.SANDBOX_SECRET_MAILING }];
const dispatcher = new Agent({ connections: 8, pipelining: 1 });
const started = performance.now();

const token = await call('/crm/oauth/token', {
  method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ grant_type: 'client_credentials', client_id: process.env.SANDBOX_CLIENT_ID_CRM, client_secret: secrets.crm }).toString(),
});
const headers = { authorization: `Bearer ${token.access_token}` };
let sent = 0;
const running = new Set();
for (let cursor = ''; cursor !== null; ) {
  const page = await call(`/crm/contacts?limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, { method: 'GET', headers });
  cursor = page.next;
  const members = page.data.filter((contact) => contact.status === 'active').map(member);
  for (let first = 0; first < members.length; first += 100) {
    while (running.size >= 8) await Promise.race(running);
    const items = members.slice(first, first + 100);
    const task = call(`/mailing/members/batch?api_key=${secrets.mailing}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ items }) }).then(({ results }) => {
      sent += results.filter(({ status }) => status === 201).length;
      running.delete(task);
    });
    running.add(task);
  }
}
await Promise.all(running);
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - started) / 1000, records: sent })}\n`);
await dispatcher.close();

async function call(path, options) {
  const { statusCode, body } = await request(`${sandboxUrl}${path}`, { ...options, dispatcher });
  if (statusCode >= 300) throw new Error(`${path}: ${statusCode} ${await body.text()}`);
  return body.json();
}

function member({ id, email, first_name, last_name, phone, company, street, postcode, city, country, birthday, lifecycle }) {
  return { email_address: email, full_name: `${first_name} ${last_name}`, first_name, last_name, phone, company, street, postcode, city, country, birthday, lifecycle, tags: [lifecycle], external_id: id, source: 'crosswalk' };
}
