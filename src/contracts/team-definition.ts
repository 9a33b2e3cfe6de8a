/** TeamDefinition is people who answer questions as members of a group, after validation. */
export interface TeamDefinition {
  readonly team: string;
  readonly title: string;
  readonly members: readonly TeamMember[];
}

/** TeamMember is one person under all the names they answer by: the handle, and the e-mail address where one is given. */
export interface TeamMember {
  /** At least one; the first is the one that is shown. */
  readonly names: readonly string[];
}
