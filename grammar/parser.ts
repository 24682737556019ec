/** Productions of files, imports, choices and ablations; and the one parser, made when it is first needed. */
import { EOF, type CstNode, type IRecognitionException, type IToken, type TokenType } from "chevrotain";
import { TrainParser } from "./parser-train.ts";
import type { Note, Rule } from "./parser-core.ts";
import { ResyncFollows, type RuleUse } from "./resync-follows.ts";
import * as T from "./tokens.ts";

/** What Chevrotain's parsers have beside what their types say. */
interface Recovering {
  recoveryEnabled: boolean;
}

export class FileParser extends TrainParser {
  private readonly follows = new ResyncFollows((name) => this.getGAstProductions()[name]);

  /** With `checkGrammar` the parser is made as Chevrotain makes it, with proofs and all that recovery may ask for. */
  constructor(checkGrammar: boolean) {
    super(checkGrammar);
    const own = this as unknown as Recovering;
    own.recoveryEnabled = checkGrammar;
    this.performSelfAnalysis();
    own.recoveryEnabled = true;
  }

  /** Where recovery may go on behind the use of a rule; behind the first rule of all, which no other uses, is the end. Chevrotain asks it. */
  protected getFollowSetFromFollowKey(use: Partial<RuleUse>): readonly TokenType[] {
    return use.inRule === undefined ? [EOF] : (this.follows.of(use as RuleUse) ?? []);
  }

  /** file = (import | item)*          imports come first, which the tree's builder sees to */
  readonly file: Rule = this.RULE("file", () => {
    this.MANY(() => this.SUBRULE(this.item));
  });

  /** item = import | block | model | choice | weights | ablation | train */
  readonly item: Rule = this.RULE("item", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.importItem) },
      { ALT: () => this.SUBRULE(this.block) },
      { ALT: () => this.SUBRULE(this.model) },
      { ALT: () => this.SUBRULE(this.choice) },
      { ALT: () => this.SUBRULE(this.weights) },
      { ALT: () => this.SUBRULE(this.ablation) },
      { ALT: () => this.SUBRULE(this.train) },
    ]);
  });

  /** import = "import" "{" NAME%"," "}" "from" STRING */
  readonly importItem: Rule = this.RULE("importItem", () => {
    this.CONSUME(T.Import);
    this.CONSUME(T.LeftBrace);
    this.commaList(this.identifier);
    this.CONSUME(T.RightBrace);
    this.CONSUME(T.From);
    this.CONSUME(T.Text);
  });

  /** choice = "choice" NAME "=" NAME ("|" NAME)* */
  readonly choice: Rule = this.RULE("choice", () => {
    this.CONSUME(T.Choice);
    this.CONSUME(T.Name);
    this.CONSUME(T.Equals);
    this.CONSUME2(T.Name, { LABEL: "alternative" });
    this.MANY(() => {
      this.CONSUME(T.Bar);
      this.CONSUME3(T.Name, { LABEL: "alternative" });
    });
  });

  /** ablation = "ablation" NAME "of" NAME "{" row* "}" */
  readonly ablation: Rule = this.RULE("ablation", () => {
    this.CONSUME(T.Ablation);
    this.CONSUME(T.Name);
    this.CONSUME(T.Of);
    this.CONSUME2(T.Name, { LABEL: "model" });
    this.CONSUME(T.LeftBrace);
    this.MANY(() => this.SUBRULE(this.row));
    this.CONSUME(T.RightBrace);
  });

  /** row = NAME STRING "=" (NAME "with")? "{" (field%",")? "}" */
  readonly row: Rule = this.RULE("row", () => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Text);
    this.CONSUME(T.Equals);
    this.OPTION(() => {
      this.CONSUME2(T.Name, { LABEL: "base" });
      this.CONSUME(T.With);
    });
    this.CONSUME(T.LeftBrace);
    this.SUBRULE(this.fields);
    this.CONSUME(T.RightBrace);
  });
}

/** A file's concrete tree, and what was wrong with it. */
export interface Parsed {
  readonly cst: CstNode;
  readonly errors: readonly IRecognitionException[];
  readonly notes: readonly Note[];
}

let parser: FileParser | undefined;

/** Makes the parser, where it was not made yet: the one thing that takes long about the first text. */
export function theParser(): FileParser {
  return (parser ??= new FileParser(false));
}

export function parseTokens(tokens: IToken[]): Parsed {
  const parser = theParser();
  parser.input = tokens;
  parser.takeNotes();
  const cst = parser.file();
  return { cst, errors: parser.errors, notes: parser.takeNotes() };
}
