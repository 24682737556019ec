/** What is wrong with a data set: always with the file that has to be looked at, and with a remedy where there is one. */

export class DataError extends Error {
  /** The file or folder that is wrong, as a person would open it. */
  readonly file: string;
  readonly help: string | undefined;
  constructor(file: string, problem: string, help?: string) {
    super(`${file}: ${problem}`);
    this.file = file;
    this.help = help;
  }
}
