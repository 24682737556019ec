import { ExpectedError } from "../errors.ts";

/** What is wrong with a file of a run, in words for the person whose run it is. */
export class ReportError extends ExpectedError {
  constructor(path: string, problem: string, help?: string) {
    super(`${path}: ${problem}`, help);
  }
}
