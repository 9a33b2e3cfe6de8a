// Spreadsheet programs take text that begins so for a formula; blanks before it do not stop all of them.
const dangerous = /^['\s]*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * neutralText puts an apostrophe before text that a spreadsheet program could take for a formula: text that begins with
 * `=`, `+`, `-`, `@`, a tab or a line break, or a full-width form of these (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function neutralText(text: string): string {
  return dangerous.test(text) ? `'${text}` : text;
}

/** restoredText takes away the apostrophe that neutralText has put there, and nothing else. */
export function restoredText(text: string): string {
  return text.startsWith("'") && dangerous.test(text.slice(1)) ? text.slice(1) : text;
}
