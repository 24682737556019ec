/** Productions of files, imports, choices and ablations; and the one parser, made when it is first needed. */
import type { CstNode, IRecognitionException, IToken } from "chevrotain";
import { TrainParser } from "./parser-train.ts";
import type { Note, Rule } from "./parser-core.ts";
import * as T from "./tokens.ts";

export class FileParser extends TrainParser {
  constructor(checkGrammar: boolean) {
    super(checkGrammar);
    this.performSelfAnalysis();
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

export function parseTokens(tokens: IToken[]): Parsed {
  parser ??= new FileParser(false);
  parser.input = tokens;
  parser.takeNotes();
  const cst = parser.file();
  return { cst, errors: parser.errors, notes: parser.takeNotes() };
}
