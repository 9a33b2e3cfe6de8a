import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** MailServer is a mail server that takes messages (RFC 5321); certificates are verified. */
export interface MailServer {
  readonly host: string;
  /** Address of the host, where it has been looked up and judged; the certificate must be the host's all the same. */
  readonly address?: string;
  readonly port: number;
  /** Encrypted from the start, by STARTTLS, which is then required, or not at all. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly username?: string;
  readonly password?: string;
  /** How long each answer may take, milliseconds. */
  readonly timeoutMs: number;
}

/** MailMessage is a message as text; what is in it cannot add headers. */
export interface MailMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly replyTo?: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** With its angle brackets (RFC 5322, 3.6.4). */
  readonly messageId: string;
}

/** MailEnd is what became of a message. `lost`: its content was on the way when the connection broke off, so it may have been taken. */
export type MailEnd =
  | { readonly kind: 'taken'; readonly response: string; readonly refused: readonly string[] }
  /** The server said no; 4xx asks to come back later, 5xx is for good (RFC 5321, 4.2.1). */
  | { readonly kind: 'refused'; readonly code: number; readonly response: string; readonly isLogin: boolean }
  | { readonly kind: 'unsent'; readonly why: 'no-encryption' | 'untrusted' | 'no-answer'; readonly cause: unknown; readonly code?: number }
  | { readonly kind: 'lost' };

/** sendMail hands a message to a mail server, on a connection of its own; it throws nothing that a server or a network can cause. */
export async function sendMail(server: MailServer, message: MailMessage, signal?: AbortSignal): Promise<MailEnd> {
  const { from, to, cc = [], bcc = [], replyTo, subject, text, html, messageId } = message;
  const content = await new MailComposer({
    from, to: [...to], cc: [...cc], subject, text, messageId, disableFileAccess: true, disableUrlAccess: true, ...(replyTo === undefined ? {} : { replyTo }), ...(html === undefined ? {} : { html }),
  }).compile().build();
  let begun = false;
  // Read only once the server has asked for the content: until then it cannot have taken the message.
  const source = new Readable({
    read() {
      begun = true;
      this.push(content);
      this.push(null);
    },
  });
  const connection = openConnection(server);
  const stop = (): void => { connection.emit('error', Object.assign(new Error('given up'), { code: 'ECONNECTION' })); };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await converse(connection, server, { from: address(from), to: [...to, ...cc, ...bcc].map(address) }, source);
  } catch (error) {
    return endOf(error, begun);
  } finally {
    signal?.removeEventListener('abort', stop);
    connection.close();
  }
}

function openConnection({ host, address: judged = host, port, tls, timeoutMs }: MailServer): SMTPConnection {
  return new SMTPConnection({
    host: judged, port, tls: isIP(host) === 0 ? { servername: host } : {}, secure: tls === 'implicit', requireTLS: tls === 'starttls', ignoreTLS: tls === 'none',
    connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs,
  });
}

async function converse(connection: SMTPConnection, { username, password }: MailServer, envelope: { readonly from: string; readonly to: string[] }, content: Readable): Promise<MailEnd> {
  const broken = new Promise<never>((_resolve, reject) => {
    connection.on('error', reject);
    connection.on('end', () => reject(new Error('the connection was closed')));
  });
  broken.catch(() => undefined);
  const during = <Result>(work: (done: (error: Error | null | undefined, result?: Result) => void) => void): Promise<Result> =>
    Promise.race([broken, new Promise<Result>((resolve, reject) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- commands without a result have the type void
      work((error, result) => { if (error == null) resolve(result as Result); else reject(error); });
    })]);
  await during<void>((done) => { connection.connect((error) => done(error)); });
  if (username !== undefined) await during<void>((done) => { connection.login({ credentials: { user: username, pass: password ?? '' } }, (error) => done(error)); });
  const info = await during<SMTPConnection.SentMessageInfo>((done) => { connection.send(envelope, content, done); });
  return { kind: 'taken', response: info.response, refused: info.rejected };
}

function endOf(error: unknown, begun: boolean): MailEnd {
  const response = textOf(error, 'response');
  const code = error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined;
  const kind = textOf(error, 'code');
  // Some answer STARTTLS with a refusal, some do not offer it.
  if (kind === 'ETLS') return { kind: 'unsent', why: 'no-encryption', cause: error, ...(code === undefined ? {} : { code }) };
  if (code !== undefined) return { kind: 'refused', code, response, isLogin: kind === 'EAUTH' };
  if (begun) return { kind: 'lost' };
  if (error instanceof Error && /certificate|self.signed|altnames/i.test(error.message)) return { kind: 'unsent', why: 'untrusted', cause: error };
  return { kind: 'unsent', why: 'no-answer', cause: error };
}

function textOf(error: unknown, key: 'code' | 'response'): string {
  const value: unknown = error instanceof Error && key in error ? Reflect.get(error, key) : undefined;
  return typeof value === 'string' ? value : '';
}

/** The bare address within `Name <address>`. */
function address(mailbox: string): string {
  return /<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();
}
