/** SpreadsheetError says why a file cannot be read as a spreadsheet, or a mapping not be written as one, and what to do. */
export class SpreadsheetError extends Error {
  override readonly name = 'SpreadsheetError';
  constructor(message: string, readonly todo: string, options?: { readonly cause?: unknown }) {
    super(message, options);
  }
}
