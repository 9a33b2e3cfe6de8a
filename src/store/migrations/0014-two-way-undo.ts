/** What an undo leaves behind in the pairs of a two-way sync, so that the next runs neither repeat nor carry over what it did. */
export const twoWayUndo = `
-- By target field, the two values that both sides were left with by an undo. As long as each holds its own, the field is left alone.
alter table pairs add column apart jsonb not null default '{}';
-- An undo has brought the one record back although the other is gone: the pair is left alone until both are there.
alter table pairs add column kept boolean not null default false;
`;
