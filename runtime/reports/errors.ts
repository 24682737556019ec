/** What is wrong with a file of a run, in words for the person whose run it is. */
export class ReportError extends Error {
  readonly help: string | undefined;
  constructor(path: string, problem: string, help?: string) {
    super(`${path}: ${problem}`);
    this.help = help;
  }
}
