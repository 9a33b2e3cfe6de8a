/** quoteIdentifier writes a name as an identifier of SQL, whatever is in it (PostgreSQL manual, 4.1.1). Throws RangeError for names that cannot be one. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) throw new RangeError('a name of a table or column is empty or holds a zero byte');
  return `"${name.replaceAll('"', '""')}"`;
}

/** SqlParameters collects the values of a statement: nothing that comes from a record ever stands in its text. */
export class SqlParameters {
  readonly values: (string | null)[] = [];

  /** add takes a value and gives the text that stands for it, as the given type; without one PostgreSQL infers it. */
  add(value: string | null, type?: string): string {
    this.values.push(value);
    return `$${this.values.length}${type === undefined ? '' : `::${type}`}`;
  }
}
