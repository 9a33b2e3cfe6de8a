const MAX_LENGTH = 100;

/** answerProblem says why an answer that came from outside cannot be read; null where it can. */
export function answerProblem(input: unknown): string | null {
  if (typeof input !== 'object' || input === null) return 'Send an object with decisionId, person, hash and decision.';
  const given = new Map<string, unknown>(Object.entries(input));
  for (const name of ['decisionId', 'person', 'hash']) {
    const value = given.get(name);
    if (typeof value !== 'string' || value === '' || value.length > MAX_LENGTH) return `${name} has to be a text of 1 to ${MAX_LENGTH} characters.`;
  }
  if (String(given.get('person')).startsWith('team:')) return 'person has to be a person, not a team.';
  const decision = given.get('decision');
  return decision === 'approve' || decision === 'reject' ? null : 'decision has to be approve or reject.';
}
