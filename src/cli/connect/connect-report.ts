import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { lintDefinitions } from '../../config/lint.js';
import { nameText } from '../../config/schema/scalars.js';
import { parseDefinitions } from '../../config/parse-definitions.js';
import { readSecretFile } from '../../config/definition-set.js';
import { hasErrors, type Finding } from '../../config/finding.js';
import { resolveReferences } from '../../config/references.js';
import type { DraftAuth, SystemDraft } from '../../contracts/system-draft.js';
import { draftYaml } from '../../domain/draft/draft-yaml.js';
import { draftOfOpenApi } from '../../drafting/draft-of-openapi.js';
import { draftOfSample } from '../../drafting/draft-of-sample.js';
import { fetchOnce } from '../../drafting/fetch-once.js';
import { findLogin, type DraftLogin, type FoundLogin } from '../../drafting/find-login.js';
import { DraftSourceError, isOpenApi, maxDocumentBytes, parseDocument, resolveOpenApi } from '../../drafting/read-openapi.js';
import type { Source } from '../../drafting/source-client.js';
import { badInput, CommandError } from '../command-error.js';
import { findingsText } from '../definitions/findings-text.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import { counted } from '../terminal/wording.js';
import { authOf, credentialParameters, headersOf } from './header-options.js';
import { loginOf } from './login-options.js';

/** ConnectReportOptions is what the command line can say of a draft. */
export interface ConnectReportOptions {
  readonly system?: string;
  readonly header: readonly string[];
  readonly login?: string;
  readonly loginField: readonly string[];
  readonly output?: string;
}

/** connectReport drafts the definition of a system; throws CommandError where the source cannot be used, or the file is there already. */
export async function connectReport({ session, signal }: CommandContext, source: string, options: ConnectReportOptions): Promise<Report> {
  const { system, output } = options;
  if (system !== undefined && !nameText('crm').safeParse(system).success) throw badInput(`"${system.slice(0, 60)}" is no name of a system.`, { todo: 'Lower-case letters, digits and hyphens, as in acme-crm.' });
  if (output !== undefined && (await stat(output).catch(() => undefined)) !== undefined) throw alreadyThere(output);
  const headers = headersOf(options.header);
  const login = loginOf(options.login, options.loginField);
  const env = session.environment();
  const resolve = (text: string): string => resolveReferences(text, { env, readFile: readSecretFile, baseFolder: process.cwd() });
  const draft = await draftOf(source, { system, headers, login, resolve, signal }).catch((error: unknown) => {
    throw error instanceof DraftSourceError ? badInput(error.message, { where: shownSource(source), todo: 'Give an OpenAPI document (2.0, 3.0 or 3.1) as JSON or YAML, or the URL of a list that answers JSON.' }) : error;
  });
  const text = draftYaml(draft, shownSource(source));
  const findings = lintDefinitions(parseDefinitions(output ?? `${draft.system}.yaml`, text).sources, { references: { env, readFile: readSecretFile, baseFolder: process.cwd() } });
  if (output !== undefined) await writeNew(output, text);
  return {
    data: { source: shownSource(source), system: draft.system, objects: draft.objects.map(({ object }) => object), ...(output === undefined ? { yaml: text } : { output }), findings },
    text: (style) => (output === undefined ? text.trimEnd() : [
      `Wrote ${printable(output)}: ${counted(draft.objects.length, 'object')} (${draft.objects.map(({ object }) => object).join(', ')}).`,
      ...(findings.length === 0 ? [] : ['', 'What is to be filled in:', findingsText(findings, style)]),
      '', `Look at every line with CHECK, then: crosswalk check ${printable(path.dirname(output))}`,
    ].join('\n')),
    exitCode: hasErrors(findings.filter(isMoreThanMissing)) ? exitCodes.failed : exitCodes.done,
  };
}

/** Variables and secrets that are not set yet are for the person to fill in. */
function isMoreThanMissing({ type }: Finding): boolean {
  return type !== 'missing-variable' && type !== 'missing-secret';
}

interface DraftFacts {
  readonly system: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly login: DraftLogin | undefined;
  readonly resolve: (text: string) => string;
  readonly signal: AbortSignal;
}

async function draftOf(source: string, { system, headers, login, resolve, signal }: DraftFacts): Promise<SystemDraft> {
  if (!/^https?:\/\//i.test(source)) {
    const document = parseDocument(await readDocument(source));
    if (!isOpenApi(document)) throw new DraftSourceError('The file is no OpenAPI document: it has neither "openapi" nor "swagger".');
    return draftOfOpenApi({ document: await resolveOpenApi(document), system, from: undefined, file: path.basename(source) });
  }
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '') throw new DraftSourceError('The URL cannot be read, or holds a user name or password.');
  const { answer, auth, refusedWith } = await read({ url, headers, resolve, signal }, login);
  const body = answer.json ?? parseDocument(answer.text ?? '');
  if (isOpenApi(body)) return draftOfOpenApi({ document: await resolveOpenApi(body), system, from: url.href });
  const draft = draftOfSample({ url, body, hasLinkHeader: Object.keys(answer.headers).some((name) => name.toLowerCase() === 'link'), auth, refusedWith, credentials: credentialParameters(url), system });
  if (draft === undefined) throw new DraftSourceError('The answer holds no list of records, and is no OpenAPI document.');
  return draft;
}

async function read(source: Source, login: DraftLogin | undefined): Promise<{ readonly answer: FoundLogin['answer']; readonly auth: DraftAuth; readonly refusedWith: number | undefined }> {
  if (login === undefined) return { answer: await fetchOnce(source), auth: authOf(source.headers, source.url), refusedWith: undefined };
  const found = await findLogin(source, login);
  // 401 is what everybody expects, and a success was no refusal.
  const isOdd = found.refusedWith !== null && found.refusedWith >= 400 && found.refusedWith < 500 && found.refusedWith !== 401 && found.refusedWith !== 429;
  return { answer: found.answer, auth: found.auth, refusedWith: isOdd ? found.refusedWith ?? undefined : undefined };
}

async function readDocument(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > maxDocumentBytes) throw new DraftSourceError(`The document is larger than ${maxDocumentBytes / 1_048_576} MB.`);
    return await readFile(file, 'utf8');
  } catch (error) {
    throw error instanceof DraftSourceError ? error : badInput('The document cannot be read.', { where: file, todo: 'Name a file that is there, or a URL that begins with https://.' });
  }
}

/** Parameters of a URL may hold a key. */
function shownSource(source: string): string {
  return URL.canParse(source) && /^https?:/i.test(source) ? `${new URL(source).origin}${new URL(source).pathname}` : path.basename(source);
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    // Even a file that appeared a moment ago is not overwritten.
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw alreadyThere(file);
    throw new CommandError('The draft cannot be written.', { where: file, todo: 'Name a file in a folder that exists and may be written to.', cause: error });
  }
}

function alreadyThere(file: string): CommandError {
  return badInput('The file is there already, and is not overwritten.', { where: file, todo: 'Name another file with --output, or move that one away.' });
}
