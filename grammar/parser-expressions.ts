/**
 * Productions of expressions, patterns and the special forms.
 *
 * A chain of operators is flat here and gets its precedence when the tree is built: fewer rules to call for each name in the text.
 */
import type { IToken, ParserMethod, CstNode } from "chevrotain";
import { RecoveringParser, type Rule } from "./parser-core.ts";
import * as T from "./tokens.ts";

export abstract class ExpressionParser extends RecoveringParser {
  protected abstract readonly body: Rule;

  /** NAME */
  readonly identifier: Rule = this.RULE("identifier", () => {
    this.CONSUME(T.Name);
  });

  /** expr = ifExpr | matchExpr | RANGE chain | chain (RANGE chain?)? */
  readonly expression: Rule = this.RULE("expression", () => {
    if (!this.RECORDING_PHASE && !(this.next(T.If) || this.next(T.Match) || this.next(T.RangeDots))) {
      this.chainOrRange();
      return;
    }
    this.OR([
      { ALT: () => this.SUBRULE(this.ifExpression) },
      { ALT: () => this.SUBRULE(this.matchExpression) },
      {
        ALT: () => {
          this.CONSUME(T.RangeDots);
          this.SUBRULE(this.chain, { LABEL: "to" });
        },
      },
      { ALT: () => this.chainOrRange() },
    ]);
  });

  private chainOrRange(): void {
    this.SUBRULE2(this.chain, { LABEL: "from" });
    this.OPTION(() => {
      this.CONSUME2(T.RangeDots);
      this.OPTION2(() => this.SUBRULE3(this.chain, { LABEL: "to" }));
    });
  }

  /** ifExpr = "if" expr "then" expr "else" expr */
  readonly ifExpression: Rule = this.RULE("ifExpression", () => {
    this.CONSUME(T.If);
    this.SUBRULE(this.expression, { LABEL: "condition" });
    this.CONSUME(T.Then);
    this.SUBRULE2(this.expression, { LABEL: "then" });
    this.CONSUME(T.Else);
    this.SUBRULE3(this.expression, { LABEL: "else" });
  });

  /** matchExpr = "match" expr "{" arm* "}"          commas between arms are let through and refused by the tree's builder */
  readonly matchExpression: Rule = this.RULE("matchExpression", () => {
    this.CONSUME(T.Match);
    this.SUBRULE(this.expression);
    this.CONSUME(T.LeftBrace);
    this.MANY(() => {
      this.SUBRULE(this.arm);
      this.OPTION(() => this.CONSUME(T.Comma));
    });
    this.CONSUME(T.RightBrace);
  });

  /** arm = (NAME | INT) "=>" (expr | body) */
  readonly arm: Rule = this.RULE("arm", () => {
    this.OR([{ ALT: () => this.CONSUME(T.Name) }, { ALT: () => this.CONSUME(T.Integer) }]);
    this.CONSUME(T.FatArrow);
    this.OR2([{ ALT: () => this.SUBRULE(this.body) }, { ALT: () => this.SUBRULE(this.expression) }]);
  });

  /** chain = operand (OPERATOR operand)* */
  readonly chain: Rule = this.RULE("chain", () => {
    this.SUBRULE(this.operand);
    if (this.RECORDING_PHASE) this.MANY(() => this.continuation());
    else while (this.next(T.Operator) || this.next(T.Star) || this.next(T.Minus)) this.continuation();
  });

  private continuation(): void {
    this.OR(this.operators);
    this.SUBRULE2(this.operand);
  }

  private readonly operators = [T.Operator, T.Star, T.Minus].map((type, index) => ({ ALT: () => this.consume(index, type, { LABEL: "operator" }) }));

  /** primary = NAME | INT | FLOAT | "true" | "false" | paren | list | rearrange | contraction          one array, not one for each operand */
  private readonly primaries = [
    { ALT: () => this.CONSUME(T.Name) },
    { ALT: () => this.CONSUME(T.Integer) },
    { ALT: () => this.CONSUME(T.Float) },
    { ALT: () => this.CONSUME(T.True) },
    { ALT: () => this.CONSUME(T.False) },
    { ALT: () => this.SUBRULE(this.paren) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.SUBRULE(this.rearrange) },
    { ALT: () => this.SUBRULE(this.contraction) },
  ];

  /** operand = ("-" | "not")* primary suffix*; in a contraction without the last bracket, which is the operand's pattern */
  readonly operand: ParserMethod<[boolean?], CstNode> = this.RULE("operand", (inContraction?: boolean) => {
    if (this.RECORDING_PHASE || this.next(T.Minus) || this.next(T.Not)) {
      this.MANY(() => {
        this.OR([{ ALT: () => this.CONSUME(T.Minus, { LABEL: "prefix" }) }, { ALT: () => this.CONSUME(T.Not, { LABEL: "prefix" }) }]);
      });
    }
    this.OR2(this.primaries);
    if (this.RECORDING_PHASE) this.MANY2(() => this.SUBRULE(this.suffix));
    else while (this.atSuffix() && (inContraction !== true || !this.atPattern())) this.SUBRULE(this.suffix);
  });

  private atSuffix(): boolean {
    return this.next(T.Dot) || this.next(T.LeftParen) || this.next(T.LeftBracket);
  }

  /** suffix = "." (NAME | INT) | arguments | indexes */
  readonly suffix: Rule = this.RULE("suffix", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Dot);
          this.CONSUME(T.Name);
        },
      },
      { ALT: () => this.SUBRULE(this.callArguments) },
      { ALT: () => this.SUBRULE(this.indexes) },
    ]);
  });

  /** arguments = "(" (argument%",")? ")" */
  readonly callArguments: Rule = this.RULE("callArguments", () => {
    this.CONSUME(T.LeftParen);
    this.commaList(this.argument);
    this.CONSUME(T.RightParen);
  });

  /** argument = (NAME ":")? expr axisSize?          axisSize = "=" expr */
  readonly argument: Rule = this.RULE("argument", () => {
    this.OPTION({
      GATE: () => this.next(T.Colon, 2),
      DEF: () => {
        this.CONSUME(T.Name);
        this.CONSUME(T.Colon);
      },
    });
    this.SUBRULE(this.expression, { LABEL: "value" });
    this.OPTION2(() => {
      this.CONSUME(T.Equals);
      this.SUBRULE2(this.expression, { LABEL: "size" });
    });
  });

  /** indexes = "[" index%"," "]" */
  readonly indexes: Rule = this.RULE("indexes", () => {
    this.CONSUME(T.LeftBracket);
    this.commaList(this.element);
    this.CONSUME(T.RightBracket);
  });

  /** paren = "(" expr ")" | "(" field%"," ")" */
  readonly paren: Rule = this.RULE("paren", () => {
    this.CONSUME(T.LeftParen);
    this.OR({
      DEF: [
        { GATE: () => this.next(T.Colon, 2), ALT: () => this.SUBRULE(this.fields) },
        { ALT: () => this.SUBRULE(this.expression) },
      ],
      IGNORE_AMBIGUITIES: true,
    });
    this.CONSUME(T.RightParen);
  });

  /** fields = (NAME ":" expr)%"," */
  readonly fields: Rule = this.RULE("fields", () => this.commaList(this.field));

  readonly field: Rule = this.RULE("field", () => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    this.SUBRULE(this.expression);
  });

  /** list = "[" (element ("for" domain%"," | ("," element)*) ","?)? "]" */
  readonly list: Rule = this.RULE("list", () => {
    this.CONSUME(T.LeftBracket);
    this.commaList(this.element);
    this.OPTION(() => {
      this.CONSUME(T.For);
      this.SUBRULE(this.domains);
    });
    this.CONSUME(T.RightBracket);
  });

  /** element = "..." NAME | expr axisSize? */
  readonly element: Rule = this.RULE("element", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Ellipsis);
          this.CONSUME(T.Name);
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.expression, { LABEL: "value" });
          this.OPTION(() => {
            this.CONSUME(T.Equals);
            this.SUBRULE2(this.expression, { LABEL: "size" });
          });
        },
      },
    ]);
  });

  /** domain%"," */
  readonly domains: Rule = this.RULE("domains", () => this.commaList(this.domain));

  /** domain = NAME "in" NAME axisSize? */
  readonly domain: Rule = this.RULE("domain", () => {
    this.CONSUME(T.Name, { LABEL: "variable" });
    this.CONSUME(T.In);
    this.CONSUME2(T.Name, { LABEL: "axis" });
    this.OPTION(() => {
      this.CONSUME(T.Equals);
      this.SUBRULE(this.expression);
    });
  });

  /** rearrange = "rearrange" "(" expr "," pattern "->" pattern ("," argument)* ")" */
  readonly rearrange: Rule = this.RULE("rearrange", () => {
    this.CONSUME(T.Rearrange);
    this.CONSUME(T.LeftParen);
    this.SUBRULE(this.expression);
    this.CONSUME(T.Comma);
    this.SUBRULE(this.pattern, { LABEL: "from" });
    this.CONSUME(T.Arrow);
    this.SUBRULE2(this.pattern, { LABEL: "to" });
    this.SUBRULE(this.namedOptions);
    this.CONSUME(T.RightParen);
  });

  /** contraction = ("einsum" | "conv" | "conv_transpose") "(" contracted%"," "->" pattern ("," argument)* ")" */
  readonly contraction: Rule = this.RULE("contraction", () => {
    this.CONSUME(T.ContractionWord);
    this.CONSUME(T.LeftParen);
    this.commaList(this.contracted);
    this.CONSUME(T.Arrow);
    this.SUBRULE(this.pattern);
    this.SUBRULE(this.namedOptions);
    this.CONSUME(T.RightParen);
  });

  /** contracted = operand pattern */
  readonly contracted: Rule = this.RULE("contracted", () => {
    this.SUBRULE(this.operand, { ARGS: [true] });
    if (this.RECORDING_PHASE || this.next(T.LeftBracket)) this.SUBRULE(this.pattern);
    else this.noteMissing("contracted", T.LeftBracket);
  });

  /** namedOptions = ("," argument)* ","? */
  readonly namedOptions: Rule = this.RULE("namedOptions", () => {
    this.MANY({
      GATE: () => !this.atLastComma(),
      DEF: () => {
        this.CONSUME(T.Comma);
        this.SUBRULE(this.argument);
      },
    });
    this.OPTION(() => this.CONSUME2(T.Comma));
  });

  /** pattern = "[" (part%",")? "]" */
  readonly pattern: Rule = this.RULE("pattern", () => {
    this.CONSUME(T.LeftBracket);
    this.commaList(this.part);
    this.CONSUME(T.RightBracket);
  });

  /** part = "..." NAME? | NAME ("=" (NAME | group))? | group | INT */
  readonly part: Rule = this.RULE("part", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Ellipsis);
          this.OPTION(() => this.CONSUME(T.Name));
        },
      },
      {
        ALT: () => {
          this.CONSUME2(T.Name);
          this.OPTION2(() => {
            this.CONSUME(T.Equals);
            this.OR2([{ ALT: () => this.CONSUME3(T.Name, { LABEL: "old" }) }, { ALT: () => this.SUBRULE(this.group) }]);
          });
        },
      },
      { ALT: () => this.SUBRULE2(this.group) },
      { ALT: () => this.CONSUME(T.Integer) },
    ]);
  });

  /** group = "(" NAME+ ")"          commas are let through and refused by the tree's builder */
  readonly group: Rule = this.RULE("group", () => {
    this.CONSUME(T.LeftParen);
    this.AT_LEAST_ONE(() => {
      this.CONSUME(T.Name);
      this.OPTION(() => this.CONSUME(T.Comma));
    });
    this.CONSUME(T.RightParen);
  });

  /** Whether the bracket ahead is the last of an operand of a contraction: nothing that continues the operand follows it. */
  private atPattern(): boolean {
    if (!this.next(T.LeftBracket)) return false;
    let depth = 0;
    for (let howFar = 1; ; howFar++) {
      const token: IToken = this.LA(howFar);
      if (token.tokenType === T.LeftBracket || token.tokenType === T.LeftParen || token.tokenType === T.LeftBrace) depth++;
      else if (token.tokenType === T.RightBracket || token.tokenType === T.RightParen || token.tokenType === T.RightBrace) depth--;
      if (token.image === "") return true;
      if (depth === 0) {
        const after = this.LA(howFar + 1).tokenType;
        return after !== T.LeftBracket && after !== T.Dot && after !== T.LeftParen;
      }
    }
  }
}
