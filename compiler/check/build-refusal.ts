/**
 * What only the numbers of a model show: a promise that they break, or a size that they leave undecided. Building stops; checking builds such programs
 * in every variant to report it, and the command line reports it for numbers that it was given.
 */
import type { Span } from "../../grammar/source.ts";
import type { RelatedPlace } from "../diagnostics/diagnostic.ts";
import { wordingOf, type Code, type ParametersOf } from "../diagnostics/codes.ts";

export class BuildRefusal<C extends Code = Code> extends Error {
  constructor(readonly code: C, readonly span: Span, readonly parameters: ParametersOf<C>, readonly related: readonly RelatedPlace[] = []) {
    super(wordingOf(code, parameters).message);
  }
}
