/**
 * What every production rests on: Chevrotain's recovery, tuned, and lists between commas.
 *
 * One token of lookahead everywhere; the few places that need two say so in a gate. On the paths that nest, a plain `if` or `while` stands for
 * Chevrotain's OPTION and MANY once the grammar is recorded: half the stack, half the time. Errors are encoded in the message of Chevrotain's
 * exceptions as `rule|expected token` and worded in `syntax-errors.ts`. After too many errors the rest of the text is skipped.
 */
import { CstParser, EOF, type CstNode, type IParserErrorMessageProvider, type IToken, type ParserMethod, type TokenType } from "chevrotain";
import * as T from "./tokens.ts";

/** Something that is missing before a token, and that the parser went on without. */
export interface Note {
  readonly token: IToken;
  readonly rule: string;
  readonly missing: TokenType;
}

export type Rule = ParserMethod<[], CstNode>;

/** After so many errors nobody reads on, and recovery costs more than it gives. */
export const maximumErrors = 100;

/** Rules on the stack: some thirty brackets deep. */
const maximumStackForInsertion = 150;

const errorCodes: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) => `${ruleName}|${expected.name}`,
  buildNotAllInputParsedMessage: ({ ruleName }) => `${ruleName}|EOF`,
  buildNoViableAltMessage: ({ ruleName }) => `${ruleName}|`,
  buildEarlyExitMessage: ({ ruleName }) => `${ruleName}|`,
};

/** Where a list ends, so that a comma before it is the last one. */
const listEnds: ReadonlySet<TokenType> = new Set([
  T.RightParen, T.RightBracket, T.RightBrace, T.Semicolon, T.Arrow, T.LeftBrace, T.Equals, EOF, T.Let, T.Param, T.State, T.Update, T.Assume, T.Assert, T.Return, T.Where,
  T.Input, T.Output, T.For, T.Block, T.Composite, T.Model, T.Choice, T.Weights, T.Ablation, T.Train, T.Import, T.Of,
]);

/** Where one of these follows an element, a comma was forgotten. */
const beginElements: ReadonlySet<TokenType> = new Set([T.Name, T.Integer, T.Float, T.Ellipsis, T.Text]);

/** Recovery may not drop these to find what it expected: they begin or end something of their own. */
const neverSkipped: ReadonlySet<TokenType> = new Set([
  T.RightBrace, T.LeftBrace, T.Let, T.Param, T.State, T.Update, T.Assume, T.Assert, T.Return, T.Input, T.Output, T.Block, T.Composite, T.Model, T.Choice, T.Weights,
  T.Ablation, T.Train, T.Import, T.RightParen, T.RightBracket,
]);

export abstract class RecoveringParser extends CstParser {
  private notes: Note[] = [];

  /** `checkGrammar` makes Chevrotain prove the grammar unambiguous, which the tests ask for and a start-up does not pay. */
  constructor(checkGrammar: boolean) {
    super([...T.tokenTypes], {
      recoveryEnabled: true,
      maxLookahead: 1,
      nodeLocationTracking: "onlyOffset",
      skipValidations: !checkGrammar,
      errorMessageProvider: errorCodes,
    });
  }

  /** `(x ("," x)* ","?)?` before a closing bracket. A missing comma is noted and bridged. */
  protected commaList(element: Rule): void {
    if (this.RECORDING_PHASE) {
      this.OPTION9(() => {
        this.SUBRULE8(element);
        this.MANY9(() => {
          this.OPTION8(() => this.CONSUME9(T.Comma));
          this.SUBRULE9(element);
        });
        this.OPTION7(() => this.CONSUME8(T.Comma));
      });
      return;
    }
    if (listEnds.has(this.LA(1).tokenType)) return;
    this.SUBRULE8(element);
    for (;;) {
      const token = this.LA(1);
      if (token.tokenType === T.Comma) {
        this.CONSUME9(T.Comma);
        if (listEnds.has(this.LA(1).tokenType)) return;
      } else if (beginElements.has(token.tokenType)) this.noteMissing("list", T.Comma);
      else return;
      this.SUBRULE9(element);
      if (this.LA(1) === token) return;
    }
  }

  /** `x ("," x)* ","?` where no bracket closes the list. */
  protected bareList(element: Rule): void {
    this.SUBRULE8(element);
    this.MANY9({
      GATE: () => !this.atLastComma(),
      DEF: () => {
        this.CONSUME9(T.Comma);
        this.SUBRULE9(element);
      },
    });
    this.OPTION7(() => this.CONSUME8(T.Comma));
  }

  protected next(type: TokenType, howFar = 1): boolean {
    return this.LA(howFar).tokenType === type;
  }

  protected atLastComma(): boolean {
    return this.next(T.Comma) && listEnds.has(this.LA(2).tokenType);
  }

  /** Notes that something is missing here, for which recovery would throw away what follows. */
  protected noteMissing(rule: string, missing: TokenType): void {
    if (!this.RECORDING_PHASE) this.notes.push({ token: this.LA(1), rule, missing });
  }

  /** What was noted since the last call. */
  takeNotes(): readonly Note[] {
    const taken = this.notes;
    this.notes = [];
    return taken;
  }

  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    return !this.givenUp() && !neverSkipped.has(this.LA(1).tokenType);
  }

  protected override canTokenTypeBeInsertedInRecovery(): boolean {
    return !this.givenUp();
  }

  /** Chevrotain's internal question whether to go on within a list of statements: each time it does, it recurses. */
  protected shouldInRepetitionRecoveryBeTried(expected: TokenType, occurrence: number, notStuck: boolean | undefined): boolean {
    if (notStuck === false || this.givenUp() || this.next(expected)) return false;
    const internal = this as unknown as { canPerformInRuleRecovery(expected: TokenType, follows: readonly TokenType[]): boolean };
    return !internal.canPerformInRuleRecovery(expected, this.getFollowsForInRuleRecovery(expected, occurrence));
  }

  private givenUp(): boolean {
    return (this as unknown as { readonly _errors: readonly unknown[] })._errors.length >= maximumErrors;
  }

  /**
   * Chevrotain's internal question what could follow a token that is missing, asked only where the answer is cheap: the original recurses
   * once more for each rule on the stack. Without an answer no token is put in.
   */
  protected getFollowsForInRuleRecovery(missing: TokenType, occurrence: number): readonly TokenType[] {
    const internal = this as unknown as {
      getHumanReadableRuleStack(): readonly string[];
      getCurrentGrammarPath(missing: TokenType, occurrence: number): unknown;
      getNextPossibleTokenTypes(path: unknown): readonly TokenType[];
    };
    if (internal.getHumanReadableRuleStack().length > maximumStackForInsertion) return [];
    return internal.getNextPossibleTokenTypes(internal.getCurrentGrammarPath(missing, occurrence));
  }

  /**
   * Chevrotain's internal search for the token to go on from, replaced: the original tries every type of the set at every token, again for
   * each rule on the stack. Too many errors end at the end of the file.
   */
  protected findReSyncTokenType(): TokenType {
    if (this.givenUp()) return EOF;
    const internal = this as unknown as { flattenFollowSet(): readonly TokenType[] };
    const follow = new Set(internal.flattenFollowSet());
    for (let howFar = 1; ; howFar++) {
      const { tokenType } = this.LA(howFar);
      if (follow.has(tokenType) || tokenType === EOF) return tokenType;
    }
  }
}
