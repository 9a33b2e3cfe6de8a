import type { Command } from 'commander';
import { personOf } from '../letters/person.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

interface AuthorizeOptions extends CommonOptions {
  readonly loopback?: boolean;
  readonly returnTo?: string;
  readonly as?: string;
}

/** registerAuthorize adds `crosswalk authorize`. */
export function registerAuthorize(program: Command): void {
  withCommonOptions(program.command('authorize')
    .summary('connect the account of a system, or connect it again')
    .description('Connect the account of a system whose auth is oauth2 with the grant authorization_code: print the address at which a person allows access, and wait until it was. Work that waited for the account goes on by itself.')
    .argument('<system>', 'name of the system')
    .option('--loopback', 'receive the answer on this machine (RFC 8252), where the server cannot be reached by the browser')
    .option('--return-to <url>', 'where the browser is sent afterwards; has to be allowed by CROSSWALK_RETURN_TO')
    .option('--as <name>', 'who connects it (default: the user of the operating system)'))
    .addHelpText('after', [
      '', 'The server receives the answer at CROSSWALK_PUBLIC_URL/oauth/callback, with --loopback the command at',
      'http://127.0.0.1:PORT/oauth/callback with a free port: register that address with the system. The link is good once,',
      'for ten minutes.', '', 'Examples:', '  crosswalk authorize books', '  crosswalk authorize books --loopback',
    ].join('\n'))
    .action((system: string, options: AuthorizeOptions) => runCommand(options, async (context) => {
      const { authorizeReport } = await import('../accounts/authorize-report.js');
      return authorizeReport(context, { system, by: personOf(options.as === undefined ? {} : { by: options.as }), loopback: options.loopback === true, returnTo: options.returnTo ?? null });
    }));
}
