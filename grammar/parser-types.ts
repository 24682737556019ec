/** Productions of types, shapes, results and the kinds of options. */
import { ExpressionParser } from "./parser-expressions.ts";
import type { Rule } from "./parser-core.ts";
import * as T from "./tokens.ts";

export abstract class TypeParser extends ExpressionParser {
  /** type = NAME shape? | "[" type ";" expr "]"          the name is a dtype before a shape, else `float`, `int` or `bool` */
  readonly type: Rule = this.RULE("type", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Name);
          this.OPTION(() => this.SUBRULE(this.shape));
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LeftBracket);
          this.SUBRULE(this.type);
          this.CONSUME(T.Semicolon);
          this.SUBRULE(this.expression);
          this.CONSUME(T.RightBracket);
        },
      },
    ]);
  });

  /** shape = "[" (axis%",")? "]" */
  readonly shape: Rule = this.RULE("shape", () => {
    this.CONSUME(T.LeftBracket);
    this.commaList(this.axis);
    this.CONSUME(T.RightBracket);
  });

  /** axis = "..." NAME? | NAME ("=" expr)? | INT */
  readonly axis: Rule = this.RULE("axis", () => {
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
            this.SUBRULE(this.expression);
          });
        },
      },
      { ALT: () => this.CONSUME(T.Integer) },
    ]);
  });

  /** kind = NAME ("[" NAME%"," "]")? ("|" NAME)* | "[" kind ";" expr "]" */
  readonly kind: Rule = this.RULE("kind", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Name);
          this.OPTION(() => this.SUBRULE(this.axes));
          this.MANY(() => {
            this.CONSUME(T.Bar);
            this.CONSUME2(T.Name);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LeftBracket);
          this.SUBRULE(this.kind);
          this.CONSUME(T.Semicolon);
          this.SUBRULE(this.expression);
          this.CONSUME(T.RightBracket);
        },
      },
    ]);
  });

  /** axes = "[" NAME%"," "]" */
  readonly axes: Rule = this.RULE("axes", () => {
    this.CONSUME(T.LeftBracket);
    this.commaList(this.identifier);
    this.CONSUME(T.RightBracket);
  });

  /** result = type | "(" (NAME ":" type)%"," ")" */
  readonly result: Rule = this.RULE("result", () => {
    this.OR([{ ALT: () => this.SUBRULE(this.type) }, { ALT: () => this.SUBRULE(this.resultFields) }]);
  });

  readonly resultFields: Rule = this.RULE("resultFields", () => {
    this.CONSUME(T.LeftParen);
    this.commaList(this.resultField);
    this.CONSUME(T.RightParen);
  });

  readonly resultField: Rule = this.RULE("resultField", () => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    this.SUBRULE(this.type);
  });
}
