import type { TeamDefinition } from '../../contracts/team-definition.js';
import { teamOfEntry } from './team-entry.js';

/** PeopleDirectory tells persons apart: who is meant by a name, and who stands behind an entry of those who may answer. */
export interface PeopleDirectory {
  /** personOf is the one name that a person is counted under, by whichever of their names they are called. */
  personOf(name: string): string;
  /** peopleOf are the persons behind an entry: the members of a team, or the person; an unknown team has none. */
  peopleOf(entry: string): readonly string[];
}

/** makeDirectory makes the directory of the teams in force; members who share a name are one person. */
export function makeDirectory(teams: readonly TeamDefinition[]): PeopleDirectory {
  const shown = new Map<string, string>();
  for (const { names } of teams.flatMap(({ members }) => members)) {
    const known = names.flatMap((name) => shown.get(nameKey(name)) ?? []);
    const person = known[0] ?? nameKey(names[0] ?? '');
    for (const [key, other] of shown) if (known.includes(other)) shown.set(key, person);
    for (const name of names) shown.set(nameKey(name), person);
  }
  const personOf = (name: string): string => shown.get(nameKey(name)) ?? nameKey(name);
  const members = new Map(teams.map((team) => [team.team, [...new Set(team.members.map(({ names }) => personOf(names[0] ?? '')))]]));
  return {
    personOf,
    peopleOf: (entry) => {
      const team = teamOfEntry(entry);
      return team === undefined ? [personOf(entry)] : (members.get(team) ?? []);
    },
  };
}

// People type their names in any case; two spellings must not make two people.
function nameKey(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
