import { z } from 'zod';
import { checkedText, keyed, oneOf, plainText } from './checked-text.js';
import { nameText } from './scalars.js';

const handleText = () => checkedText('a handle or an e-mail address', (text) => {
  if (text.trim() === '' || text.length > 100) return { message: 'expected a handle or an e-mail address of 1 to 100 characters', type: 'invalid-value' };
  return text.startsWith('team:') ? { message: "a person's name cannot begin with 'team:'; a team has no teams as members", type: 'invalid-name' } : undefined;
});

const emailText = () => checkedText('an e-mail address', (text) =>
  (/^[^\s@]+@[^\s@]+$/.test(text) && text.length <= 100 ? undefined : { message: 'expected an e-mail address', type: 'invalid-value' }));

/** teamSchema is a team as people write it. */
export const teamSchema = keyed({
  team: nameText('credit-board').describe('Name of the team. Lower-case letters, digits and hyphens.'),
  title: plainText('a title', 200).optional().describe('Name for people. Default: the name of the team.'),
  members: z.array(oneOf('a handle, an e-mail address, or { handle, email }', [
    handleText(),
    keyed({
      handle: handleText().describe('Name that the person answers by.'),
      email: emailText().optional().describe('E-mail address that stands for the same person.'),
    }),
  ])).min(1).max(200).describe('Who belongs to the team. A person is one, by whichever name they answer; upper and lower case are the same.'),
}).meta({ title: 'Crosswalk team', description: 'People who answer questions as members of a group.' });

/** AuthorTeam is a team as it is written, defaults filled in. */
export type AuthorTeam = z.output<typeof teamSchema>;
