import type { Json } from '../contracts/json.js';
import type { OutcomeKind, OutcomeRule } from '../contracts/system-definition.js';
import type { SystemErrorCode } from '../contracts/system-error.js';
import { compileCondition } from '../domain/condition.js';
import type { Situation } from './outcome-table.js';

/** AnswerFacts is what rules look at: an answer, or one result in the answer to a batch. */
export interface AnswerFacts {
  /** HTTP status; null for a result that has none. */
  readonly status: number | null;
  /** What the answer says without a status; absent: nothing is wrong with it. */
  readonly situation?: Situation;
  readonly json: Json | undefined;
  /** Text of the body; called only where a rule asks for it. */
  text(): string;
}

/** CompiledRule is a rule that is ready to be applied. */
export interface CompiledRule {
  readonly outcome: OutcomeKind;
  readonly message: string | undefined;
  fits(facts: AnswerFacts): boolean;
}

/** compileRules prepares the rules of a definition; the first one that fits an answer wins over the outcome table. */
export function compileRules(rules: readonly OutcomeRule[]): readonly CompiledRule[] {
  return rules.map((rule) => {
    const holds = rule.when === undefined ? undefined : compileCondition(rule.when);
    return {
      outcome: rule.outcome,
      message: rule.message,
      fits: (facts) =>
        (rule.status === undefined || (facts.status !== null && rule.status.includes(facts.status)))
        && (holds === undefined || (facts.json !== undefined && holds(facts.json)))
        && (rule.bodyContains === undefined || facts.text().includes(rule.bodyContains)),
    };
  });
}

/** firstRule gives the first rule that fits. */
export function firstRule(rules: readonly CompiledRule[], facts: AnswerFacts): CompiledRule | undefined {
  return rules.find((rule) => rule.fits(facts));
}

/** codeOfRule names what a rule found. */
export function codeOfRule(outcome: OutcomeKind): SystemErrorCode {
  return outcome === 'rate-limited' ? 'rate-limited' : 'refused-by-rule';
}
