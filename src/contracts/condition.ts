import type { Json } from './json.js';

/** Condition is a parsed condition such as `/status = 'deleted' and team in ('emea', 'apac')`. */
export type Condition =
  | { readonly kind: 'compare'; readonly field: string; readonly operator: CompareOperator; readonly value: Json }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly Json[]; readonly negated: boolean }
  | { readonly kind: 'empty'; readonly field: string; readonly negated: boolean }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition };

/** CompareOperator is a comparison that a condition may use. */
export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
