import type { TeamDefinition } from '../contracts/team-definition.js';
import type { AuthorTeam } from './schema/team-schema.js';

/** compileTeam makes a definition that approvals read of one that has been checked. */
export function compileTeam({ team, title, members }: AuthorTeam): TeamDefinition {
  return {
    team, title: title ?? team,
    members: members.map((member) => (typeof member === 'string' ? { names: [member] } : { names: [member.handle, ...(member.email === undefined ? [] : [member.email])] })),
  };
}
