/** Attempts that failed with trouble are counted apart from attempts that ended without a word. */
export const failures = `
alter table runs add column failures integer not null default 0;
`;
