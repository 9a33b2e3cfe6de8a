/** PageToken is a place between two pages, small enough to be stored as a checkpoint. */
export type PageToken = Readonly<Record<string, string | number>>;
