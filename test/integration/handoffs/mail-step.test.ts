import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stepsOfHandoff } from '../../../src/store/handoff-steps.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { startHandoffUnderTest, type HandoffUnderTest } from './handoff-under-test.js';

describe('a step that sends an e-mail', () => {
  const mails: string[] = [];
  let handoffs: HandoffUnderTest;
  let server: SMTPServer;
  let proxy: TcpProxy;

  beforeAll(async () => {
    handoffs = await startHandoffUnderTest();
    server = new SMTPServer({
      authOptional: true, disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        let text = '';
        stream.on('data', (part: Buffer) => { text += part.toString('utf8'); }).on('end', () => {
          mails.push(text);
          done();
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    proxy = await TcpProxy.start((server.server.address() as AddressInfo).port);
  });
  beforeEach(() => {
    mails.length = 0;
    proxy.disarm();
  });
  afterAll(async () => {
    await handoffs?.stop();
    await proxy?.close();
    await new Promise<void>((resolve) => { server.close(resolve); });
  });

  async function begin(name: string, more = '') {
    await handoffs.apply(
      `system: mail-${name}\nconnector: smtp\nhost: 127.0.0.1\nport: ${proxy.port}\ntls: none\nfrom: Acme <orders@acme.example>\n${more}`,
      `handoff: ${name}\non: crm.account\nsteps:\n  - step: welcome\n    create: mail-${name}.message\n    fields: [{ to: to, text: ann@example.com }, { to: subject, from: /trigger/name }, { to: text, text: Welcome. }]\n`,
    );
    return handoffs.start(name, await handoffs.create('crm', 'account', { name: 'Acme & Söhne', tier: 'partner', currency: 'EUR' }));
  }

  test('sends it once, with the values of the record', async () => {
    const handle = await begin('mail-once');
    await handle.result();
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain('To: ann@example.com');
    expect(mails[0]).toMatch(/^Message-ID: <[0-9a-f]{40}@acme\.example>$/m);
  });

  test('does not send it again where the answer was lost: a person is asked', async () => {
    proxy.arm({ kind: 'reset-reply' }, { after: 'Welcome.' });
    const handle = await begin('mail-lost');
    await handoffs.until(async () => (await stepsOfHandoff(handoffs.database, (await handle.progress()).runId ?? '')).some(({ state }) => state === 'unknown'));
    expect(mails).toHaveLength(1);
  });

  test('sends it again under the same Message-ID where duplicates are accepted', async () => {
    proxy.arm({ kind: 'reset-reply' }, { after: 'Welcome.' });
    const handle = await begin('mail-twice', 'duplicates: accept\n');
    await handle.result();
    expect(mails).toHaveLength(2);
    expect(new Set(mails.map((mail) => /^Message-ID: (.*)$/m.exec(mail)?.[1])).size).toBe(1);
  });
});
