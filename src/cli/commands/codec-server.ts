import type { Command } from 'commander';
import { wholeNumber } from './whole-number.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

/** registerCodecServer adds `crosswalk codec-server`. */
export function registerCodecServer(program: Command): void {
  withCommonOptions(program.command('codec-server')
    .summary('decode encrypted histories for the Temporal UI')
    .description('Decode what the keys in CROSSWALK_PAYLOAD_KEYS have encrypted, for the Temporal UI and command line: POST /decode, on 127.0.0.1. It asks for no password.')
    .option('--port <n>', 'port to listen on', wholeNumber(0, 65_535), 8_088)
    .option('--origin <url>', 'address of the Temporal UI that may ask (default: that of the local instance, or http://127.0.0.1:8233)'))
    .addHelpText('after', '\nGive its address to the UI under "Data Encoder", or to the command line with --codec-endpoint.\n\nExample:\n  crosswalk codec-server --origin http://127.0.0.1:8233')
    .action((options: CommonOptions & { readonly port: number; readonly origin?: string }) => runCommand(options, async (context) => {
      const { codecServerReport } = await import('../payloads/codec-server-report.js');
      return codecServerReport(context, options);
    }));
}
