/** Failures with an exit code: 1 when the program or data has an error, 2 for wrong usage. Anything else that is thrown is a fault of netc. */
export class UsageError extends Error {
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.help = help;
  }
}

/** The program or the data are wrong, and that has been said (or is said by the message). */
export class ProgramError extends Error {
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.help = help;
  }
}
