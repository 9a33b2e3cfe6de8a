import type { BodyParameters } from '../contracts/system-definition.js';
import type { HttpRequest } from '../http/client-types.js';
import type { Query } from '../http/request-url.js';
import { createBodyMaker } from './body-template.js';

/** ParameterPlacer puts the parameters of a read where the system wants them: into the query, or into the body. */
export type ParameterPlacer = (parameters: Query) => Pick<HttpRequest, 'query' | 'body'>;

/** createParameterPlacer makes the placer of an operation; `resolve` replaces the references in the texts of its body. */
export function createParameterPlacer(operation: BodyParameters, resolve: (text: string) => string): ParameterPlacer {
  if (operation.in !== 'body') return (parameters) => ({ query: parameters });
  const bodyOf = createBodyMaker(operation.body ?? {}, resolve);
  return (parameters) => ({ body: bodyOf(parameters) });
}
