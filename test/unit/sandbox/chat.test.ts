import { expect, test } from 'vitest';
import { RunningSandbox } from './running-sandbox.js';

test('the same client_msg_id is the same message', async () => {
  const sandbox = await RunningSandbox.start();
  const message = { channel: '#sales', text: 'Deal closed 🎉', client_msg_id: 'deal-1' };
  const first = await sandbox.chat('POST', '/messages', message);
  const second = await sandbox.chat('POST', '/messages', message);
  expect(first.json).toMatchObject({ ok: true, channel: '#sales' });
  expect(second.json.ts).toBe(first.json.ts);
  const { json } = await sandbox.chat('GET', '/messages?channel=%23sales');
  expect(json.messages).toHaveLength(1);
  expect(json.response_metadata.next_cursor).toBe('');
});

test('the cursor leads through a channel, oldest first', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.admin('PUT', '/chat/limits', { requestsPerSecond: null });
  for (let index = 0; index < 7; index += 1) await sandbox.chat('POST', '/messages', { channel: 'general', text: `m${index}` });
  await sandbox.chat('POST', '/messages', { channel: 'other', text: 'elsewhere' });
  const texts: string[] = [];
  let cursor = '';
  do {
    const { json } = await sandbox.chat('GET', `/messages?channel=general&limit=3&cursor=${cursor}`);
    texts.push(...json.messages.map((message: { text: string }) => message.text));
    cursor = json.response_metadata.next_cursor;
  } while (cursor !== '');
  expect(texts).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6']);
});

test('a channel takes five messages at once, and others are not held up by it', async () => {
  const sandbox = await RunningSandbox.start();
  expect((await sandbox.admin('GET', '/chat/limits')).json).toMatchObject({ requestsPerSecond: 1, burst: 5 });
  await sandbox.admin('PUT', '/chat/limits', { requestsPerSecond: 0.01, burst: 5 });
  const post = (channel: string) => sandbox.chat('POST', '/messages', { channel, text: 'x' });
  const answers = await Promise.all(Array.from({ length: 8 }, () => post('busy')));
  const refused = answers.filter((answer) => answer.status === 429);
  expect(refused).toHaveLength(3);
  expect(refused[0]?.json).toEqual({ ok: false, error: 'ratelimited' });
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect((await post('quiet')).json.ok).toBe(true);
});

test.each([
  ['no text', { channel: 'general' }, 'no_text'],
  ['no channel', { text: 'x' }, 'channel_not_found'],
  ['a channel that is no name', { channel: '# ', text: 'x' }, 'channel_not_found'],
  ['too long a text', { channel: 'general', text: 'x'.repeat(40_001) }, 'msg_too_long'],
  ['broken JSON', '{', 'invalid_request'],
])('a message with %s fails with status 200', async (_name, body, error) => {
  const sandbox = await RunningSandbox.start();
  const answer = await sandbox.chat('POST', '/messages', body);
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ ok: false, error });
});

test('wrong credentials and unknown paths fail with status 200', async () => {
  const sandbox = await RunningSandbox.start();
  const read = (headers: Record<string, string>, path = '/chat/messages?channel=general') => sandbox.send('GET', path, undefined, headers);
  expect((await read({})).json).toEqual({ ok: false, error: 'not_authed' });
  expect((await read({ authorization: 'Bearer wrong' })).json).toEqual({ ok: false, error: 'invalid_auth' });
  expect((await read({ authorization: 'Bearer sandbox-only-chat' }, '/chat/nothing')).json).toEqual({ ok: false, error: 'unknown_method' });
});
