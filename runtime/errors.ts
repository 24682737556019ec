/** What a person can mend: said in a sentence, with a remedy where there is one, and shown without a stack. */
export class ExpectedError extends Error {
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.name = new.target.name;
    this.help = help;
  }
}
