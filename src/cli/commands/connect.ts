import type { Command } from 'commander';
import type { ConnectReportOptions } from '../connect/connect-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

/** registerConnect adds `crosswalk connect`. */
export function registerConnect(program: Command): void {
  withCommonOptions(program.command('connect')
    .summary('draft the definition of a system')
    .description('Draft the definition of a system from an OpenAPI document (a file or a URL), or from one page of a list (a URL). Comments say what was guessed and what to check. A file that is there already is never overwritten.')
    .argument('<source>', 'an OpenAPI document as JSON or YAML, or the URL of a list')
    .option('--system <name>', 'name of the system (default: made of the title of the API)')
    .option('--header <header>', 'header to send, with the credential as a reference; may be given several times', (text: string, all: readonly string[]) => [...all, text], [])
    .option('--login <path>', 'path that a user name and a password are posted to, for a token')
    .option('--login-field <name=value>', 'field of the login, a password as a reference; may be given several times', (text: string, all: readonly string[]) => [...all, text], [])
    .option('-o, --output <file>', 'write the draft to a file, in place of standard output'))
    .addHelpText('after', `
Examples:
  crosswalk connect openapi.yaml -o definitions/systems/crm.yaml
  crosswalk connect https://crm.example.com/openapi.json --system crm
  crosswalk connect "https://crm.example.com/api/contacts?limit=50" --header 'Authorization: Bearer \${CRM_TOKEN}'
  crosswalk connect "https://crm.example.com/api/contacts?limit=50" --login /auth/login --login-field 'email=\${CRM_USER}' --login-field 'password=\${CRM_PASSWORD}'`)
    .action((source: string, options: CommonOptions & ConnectReportOptions) => runCommand(options, async (context) => {
      const { connectReport } = await import('../connect/connect-report.js');
      return connectReport(context, source, options);
    }));
}
