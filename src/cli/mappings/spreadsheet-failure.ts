import { SpreadsheetError } from '../../spreadsheet/spreadsheet-error.js';
import { badInput } from '../command-error.js';

/** asBadInput does something with a spreadsheet and turns its failure into one that the caller can mend; `where` is the file. */
export async function asBadInput<Result>(where: string, task: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof SpreadsheetError) throw badInput(error.message, { where, todo: error.todo });
    throw error;
  }
}
