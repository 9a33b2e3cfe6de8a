import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { ChannelDefinition } from '../../../src/contracts/channel-definition.js';
import { definitionHash } from '../../../src/config/definition-hash.js';
import type { NewNotification } from '../../../src/contracts/notification.js';
import type { Database } from '../../../src/store/database.js';
import { storeDefinitions } from '../../../src/store/definitions.js';
import { newId } from '../../../src/store/new-id.js';
import { recordNotification } from '../../../src/store/notifications.js';

/** Received is a request as a stand-in for a vendor got it. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Receiver is an HTTP server in place of a vendor; `answers` are the next statuses, 200 once they are used up. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  readonly answers: number[];
  close(): Promise<void>;
}

/** startReceiver starts a receiver on the loopback interface. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await listening(server);
  const { port } = server.address() as AddressInfo; // A server that listens on a port has one.
  return { url: `http://127.0.0.1:${port}`, received, answers, close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) };
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
}

/** Mail is a message as the mail server got it. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string;
  readonly text: string;
}

/** startMailServer starts a mail server that wants `ada` with the password `a-secret`. */
export async function startMailServer() {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'], allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => (username === 'ada' && password === 'a-secret' ? done(null, { user: username }) : done(new Error('wrong'))),
    onData(stream, { envelope, user }, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push({ from: envelope.mailFrom === false ? '' : envelope.mailFrom.address, to: envelope.rcptTo.map(({ address }) => address), user: user ?? '', text: Buffer.concat(parts).toString() });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.server.address() as AddressInfo; // As above.
  return { port, mails, close: () => new Promise<void>((resolve) => { server.close(resolve); }) };
}

/** useChannels makes these the channels in force. */
export async function useChannels(database: Database, channels: readonly (Pick<ChannelDefinition, 'channel' | 'send'> & Partial<ChannelDefinition>)[]): Promise<void> {
  await storeDefinitions(database, channels.map((channel) => {
    const body: ChannelDefinition = { routes: [], isDefault: false, groupMs: 0, ...channel };
    return { kind: 'channel', name: body.channel, hash: definitionHash(body), body, source: '' };
  }));
}

/** told stores a notification and gives its id. */
export async function told(database: Database, more: Partial<NewNotification> = {}): Promise<string> {
  const id = newId();
  await recordNotification(database, { id, severity: 'warning', department: null, channels: [], title: 'Deal 7 waits', body: 'Since 08:00.', groupKey: null, link: null, ...more });
  return id;
}
