import { createServer, type AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector, WriteItem } from '../../../src/contracts/connector.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { SmtpSystemDefinition } from '../../../src/contracts/smtp-definition.js';
import { createConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { TcpProxy } from '../../support/tcp-proxy.js';

interface Mail {
  readonly to: readonly string[];
  readonly raw: string;
}

const signal = new AbortController().signal;
const message = { to: 'ann@example.com', subject: 'Your order', text: 'It is on its way.' };

describe('a mail server as a system', () => {
  const mails: Mail[] = [];
  let server: SMTPServer;
  let proxy: TcpProxy;
  let answer: { readonly responseCode: number; readonly message: string } | undefined;

  beforeEach(async () => {
    mails.length = 0;
    answer = undefined;
    server = new SMTPServer({
      authOptional: true, disabledCommands: ['STARTTLS'],
      onAuth: ({ password }, _session, done) => { done(password === 'right' ? null : new Error('no'), { user: 'u' }); },
      onData(stream, session, done) {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
          if (answer !== undefined) return done(Object.assign(new Error(answer.message), answer));
          mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(parts).toString('utf8') });
          return done(null, 'queued');
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    proxy = await TcpProxy.start((server.server.address() as AddressInfo).port);
  });
  afterEach(async () => {
    await proxy.close();
    await new Promise<void>((resolve) => { server.close(resolve); });
  });

  function open(more: Partial<SmtpSystemDefinition> = {}): Connector {
    const definition: SmtpSystemDefinition = {
      system: 'mail', title: 'Mail', connector: 'smtp', medium: 'smtp', host: '127.0.0.1', port: proxy.port, tls: 'none', from: 'Acme <orders@acme.example>', recipients: [], duplicates: 'refuse', timeZone: 'UTC',
      retry: { scheduleMs: [] }, limits: { burst: 10, concurrency: 2, reserve: 0, timeoutMs: 2_000, settleMs: 0, maxResponseBytes: 1_000 }, objects: { message: { id: '/id', create: {} } }, ...more,
    };
    return createConnectorRegistry({ networkAllow: ['loopback'], resolve: (text) => (text === 'secret://env/P' ? 'wrong-password' : text), secrets: createSecretRegister(), log: pino({ level: 'silent' }), budgetFor: ({ limits }) => createLocalBudget(limits) }).connectorFor(definition);
  }
  const create = (fields: JsonObject = message, idempotencyKey = 'key-1'): WriteItem => ({ kind: 'create', id: null, fields, expectedVersion: null, idempotencyKey });
  const send = async (connector: Connector, item = create()) => (await connector.write('message', [item], signal))[0];

  it('takes a message, whose Message-ID follows from the key', async () => {
    const [first, other] = [await send(open()), await send(open(), create(message, 'key-2'))];
    expect(first).toMatchObject({ outcome: 'ok', id: expect.stringMatching(/^[0-9a-f]{40}@acme\.example$/) });
    expect(other?.id).not.toBe(first?.id);
    expect((await send(open()))?.id).toBe(first?.id);
    expect(mails[0]).toMatchObject({ to: ['ann@example.com'] });
    expect(mails[0]?.raw).toContain(`Message-ID: <${first?.id}>`);
    expect(mails[0]?.raw).toContain('From: Acme <orders@acme.example>');
  });

  it('reaches several addresses, blind ones without a header', async () => {
    await send(open(), create({ ...message, to: ['ann@example.com', 'bob@example.com'], cc: 'eve@example.com', bcc: 'audit@acme.example', html: '<b>on its way</b>' }));
    expect(mails[0]?.to).toEqual(['ann@example.com', 'bob@example.com', 'eve@example.com', 'audit@acme.example']);
    expect(mails[0]?.raw).not.toContain('audit@acme.example');
    expect(mails[0]?.raw).toContain('text/html');
  });

  it('cannot be talked into other headers', async () => {
    await send(open(), create({ ...message, subject: 'Hello\r\nBcc: thief@evil.example' }));
    expect(mails[0]?.to).toEqual(['ann@example.com']);
    expect(mails[0]?.raw).not.toMatch(/^Bcc:/m);
  });

  it.each([
    ['an address that is none', { ...message, to: 'ann@example.com\r\nRCPT TO:<x@y.z>' }, "'to' holds something that is no e-mail address"], ['nobody to send it to', { ...message, to: null }, "no address in 'to'"],
    ['nothing to say', { to: 'ann@example.com' }, "neither 'text' nor 'html'"], ['a field it does not have', { ...message, attachments: [] }, "no field 'attachments'"],
    ['a domain that is not allowed', { ...message, cc: 'x@elsewhere.example' }, "'elsewhere.example' is not among the 'recipients'"],
  ] as const)('parks a message with %s', async (_what, fields, text) => {
    expect(await send(open({ recipients: ['example.com'] }), create(fields))).toMatchObject({ outcome: 'park', message: expect.stringContaining(text) });
    expect(mails).toEqual([]);
  });

  it('parks what the server refuses for good, and tries again what it refuses for now', async () => {
    answer = { responseCode: 554, message: 'spam' };
    expect(await send(open())).toMatchObject({ outcome: 'park', message: expect.stringContaining('554') });
    answer = { responseCode: 451, message: 'later' };
    expect(await send(open())).toMatchObject({ outcome: 'retry' });
  });

  it('stops where the credentials are refused, and does not tell them', async () => {
    const result = await send(open({ username: 'u', password: 'secret://env/P' }));
    expect(result).toMatchObject({ outcome: 'fail' });
    expect(JSON.stringify(result)).not.toContain('wrong-password');
  });

  it('stops where the connection must be encrypted and is not', async () => {
    expect(await send(open({ tls: 'starttls' }))).toMatchObject({ outcome: 'fail', message: expect.stringContaining('offers no encryption') });
    expect(mails).toEqual([]);
  });

  it('tries again where nobody listens', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => { listener.once('listening', resolve); });
    const { port } = listener.address() as AddressInfo;
    await new Promise((resolve) => { listener.close(resolve); });
    expect(await send(open({ port }))).toMatchObject({ outcome: 'retry' });
  });

  describe('where the answer is lost', () => {
    // The last line of a message; the server has taken it by then.
    const lose = (): void => proxy.arm({ kind: 'reset-reply' }, { after: 'on its way' });

    it('does not know the outcome, and nothing can be asked', async () => {
      lose();
      const mail = open();
      expect(await send(mail)).toMatchObject({ outcome: 'unknown', id: null });
      expect(mails).toHaveLength(1);
      expect(mail.sendsIdempotencyKey('message', 'create')).toBe(false);
    });

    it('sends it again under the same Message-ID where duplicates are accepted', async () => {
      lose();
      const mail = open({ duplicates: 'accept' });
      expect(await send(mail)).toMatchObject({ outcome: 'retry' });
      expect(await send(mail)).toMatchObject({ outcome: 'ok' });
      expect(mail.sendsIdempotencyKey('message', 'create')).toBe(true);
      expect(new Set(mails.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw)?.[1])).size).toBe(1);
    });

    it('knows that nothing was sent where it broke off before the message', async () => {
      proxy.arm({ kind: 'reset-reply' }, { after: 'RCPT TO' });
      expect(await send(open())).toMatchObject({ outcome: 'retry' });
      expect(mails).toEqual([]);
    });
  });

  it('sends nothing that the ledger has not taken', async () => {
    expect(await open().write('message', [create()], signal, async () => false)).toMatchObject([{ outcome: 'retry' }]);
    expect(mails).toEqual([]);
  });

  it('has nothing to read', async () => {
    await expect(open().get('message', 'x', signal)).rejects.toMatchObject({ detail: { outcome: 'fail' } });
  });
});
