const PREFIX = 'team:';

/** teamEntry is how a team stands among those who may answer, so that no person can be mistaken for one. */
export function teamEntry(team: string): string {
  return PREFIX + team;
}

/** teamOfEntry is the team that stands among those who may answer; undefined for a person. */
export function teamOfEntry(entry: string): string | undefined {
  return entry.startsWith(PREFIX) ? entry.slice(PREFIX.length) : undefined;
}
