/** What is wrong with a data set: always with the file that has to be looked at, and with a remedy where there is one. */

import { ExpectedError } from "../errors.ts";

export class DataError extends ExpectedError {
  /** The file or folder that is wrong, as a person would open it. */
  readonly file: string;
  constructor(file: string, problem: string, help?: string) {
    super(`${file}: ${problem}`, help);
    this.file = file;
  }
}
