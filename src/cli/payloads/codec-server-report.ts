import { once } from 'node:events';
import { createCodecServer } from '../../payloads/codec-server.js';
import { payloadConverter } from '../../payloads/payload-keys.js';
import { openSecrets } from '../../secrets/open-secrets.js';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';

/** codecServerReport decodes payloads until Ctrl-C. */
export async function codecServerReport({ session, terminal, signal }: CommandContext, { port, origin }: { readonly port: number; readonly origin?: string }): Promise<Report> {
  const env = session.environment();
  const secrets = openSecrets({ env, log: { warn: () => undefined } });
  try {
    await secrets.ready([env['CROSSWALK_PAYLOAD_KEYS'] ?? '']);
    const [codec] = payloadConverter(env, (text) => secrets.resolve(text))?.payloadCodecs ?? [];
    if (codec === undefined) throw badInput('No payload key is set.', { todo: 'Set CROSSWALK_PAYLOAD_KEYS as for the workers; see docs/secrets.md, "Encrypted histories".' });
    const ui = origin ?? session.instance()?.temporalUiUrl ?? 'http://127.0.0.1:8233';
    if (!URL.canParse(ui)) throw badInput('--origin has to be an address such as http://127.0.0.1:8233.');
    const server = createCodecServer({ codec, origins: [new URL(ui).origin], hosts: ['127.0.0.1', 'localhost'] });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    terminal.note(`decoding at http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port} for ${new URL(ui).origin}; Ctrl-C ends it`);
    if (!signal.aborted) await once(signal, 'abort');
    server.close();
    server.closeAllConnections();
    return { data: { ended: true }, text: () => '', exitCode: exitCodes.done };
  } finally {
    await secrets.close();
  }
}
