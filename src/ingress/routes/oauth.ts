import type { FastifyInstance, FastifyReply } from 'fastify';
import { AuthorizationRefusedError, readAuthorizationAnswer } from '../../accounts/authorization-answer.js';
import { authorizationForMs, type Authorizer } from '../../accounts/authorizer.js';
import { answerHeaders, messagePage } from '../answer-html.js';

/** OAuthRoute is what the way back from authorization servers works with. */
export interface OAuthRoute {
  readonly authorizer: Authorizer;
  /** Address under which people reach the server, without a slash at the end. */
  readonly publicUrl: string;
  readonly onFailure: (error: unknown) => void;
}

/**
 * oauth answers `/oauth/start/<ticket>`, which sends a browser to an authorization server and remembers which one it was,
 * and `/oauth/callback`, to which it comes back. 400 for whatever was not begun by this browser, once, within ten minutes.
 */
export function oauth(server: FastifyInstance, { authorizer, publicUrl, onFailure }: OAuthRoute): void {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  void server.register((scope, _options, done) => {
    scope.setErrorHandler((error, _request, reply) => {
      if (error instanceof AuthorizationRefusedError) return show(reply, 400, 'This cannot be done', error.message);
      // A code or a refresh that was refused is the doing of whoever sent it; anything else is ours or the system's.
      if (error instanceof Error && error.name === 'GrantRefusedError') return show(reply, 400, 'The system refused', `It says that ${error.message}. Begin again with "crosswalk authorize".`);
      onFailure(error);
      return error instanceof Error && error.name === 'SystemError'
        ? show(reply, 502, 'The system did not answer as it should', 'Nothing was connected. Begin again with "crosswalk authorize"; the log of the server says what happened.')
        : show(reply.header('retry-after', '5'), 503, 'Please try again shortly', 'A part of Crosswalk does not answer. Nothing was connected.');
    });
    scope.get<{ Params: { ticket: string } }>('/oauth/start/:ticket', { exposeHeadRoute: false }, async (request, reply) => {
      const { url, cookie, session } = await authorizer.start(request.params.ticket);
      return reply.code(303).headers({ ...answerHeaders, location: url.href, 'set-cookie': `${cookie}=${session}; HttpOnly; SameSite=Lax; Path=/oauth; Max-Age=${authorizationForMs / 1000}${secure}` }).send('');
    });
    scope.get('/oauth/callback', { exposeHeadRoute: false }, async (request, reply) => {
      const answer = readAuthorizationAnswer(new URL(request.url, 'http://localhost').searchParams);
      const cookie = authorizer.cookieFor(answer.state);
      const { system, returnTo } = await authorizer.finish(answer, cookieValue(request.headers.cookie, cookie));
      const over = `${cookie}=; HttpOnly; SameSite=Lax; Path=/oauth; Max-Age=0${secure}`;
      if (returnTo !== null) return reply.code(303).headers({ ...answerHeaders, location: returnTo, 'set-cookie': over }).send('');
      return show(reply.header('set-cookie', over), 200, 'Connected', `The account of ${system} is connected. Work that waited for it goes on by itself. You can close this page.`);
    });
    done();
  });
}

function show(reply: FastifyReply, status: number, title: string, text: string): FastifyReply {
  return reply.code(status).headers(answerHeaders).send(messagePage(title, text));
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').map((pair) => pair.trim()).filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}
