// Control characters, and those that turn the direction of text: a record must not steer the terminal it is shown on.
const unprintable = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** printable makes text safe for one line of a terminal: blanks for line breaks, `\u{1b}` for what cannot be shown. */
export function printable(text: string): string {
  return text.replace(/\r\n|[\r\n\t]/g, ' ').replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** printableLines makes text safe for a terminal and keeps its lines. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n');
}
