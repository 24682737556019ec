/** Productions of a checkpoint's plan: rules, goals and paths. */
import { DeclarationParser } from "./parser-declarations.ts";
import type { Rule } from "./parser-core.ts";
import * as T from "./tokens.ts";
import { touches } from "./words.ts";

export abstract class WeightsParser extends DeclarationParser {
  /** weights = "weights" NAME "of" NAME "from" STRING "{" rule* "}" */
  readonly weights: Rule = this.RULE("weights", () => {
    this.CONSUME(T.Weights);
    this.CONSUME(T.Name);
    this.CONSUME(T.Of);
    this.CONSUME2(T.Name, { LABEL: "model" });
    this.CONSUME(T.From);
    this.CONSUME(T.Text);
    this.SUBRULE(this.rules);
  });

  readonly rules: Rule = this.RULE("rules", () => {
    this.CONSUME(T.LeftBrace);
    this.MANY(() => this.SUBRULE(this.weightsRule));
    this.CONSUME(T.RightBrace);
  });

  /** rule = STRING "->" goal | "for" ruleDomain%"," rules | "ignore" STRING%"," | ("fresh" | "freeze") path%"," */
  readonly weightsRule: Rule = this.RULE("weightsRule", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Text);
          this.CONSUME(T.Arrow);
          this.SUBRULE(this.goal);
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.For);
          this.SUBRULE(this.ruleDomains);
          this.SUBRULE(this.rules);
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.Ignore);
          this.SUBRULE(this.texts);
        },
      },
      {
        ALT: () => {
          this.OR2([{ ALT: () => this.CONSUME(T.Fresh) }, { ALT: () => this.CONSUME(T.Freeze) }]);
          this.SUBRULE(this.paths);
        },
      },
    ]);
  });

  readonly texts: Rule = this.RULE("texts", () => this.bareList(this.text));

  readonly text: Rule = this.RULE("text", () => {
    this.CONSUME(T.Text);
  });

  readonly ruleDomains: Rule = this.RULE("ruleDomains", () => this.bareList(this.ruleDomain));

  /** ruleDomain = NAME "in" expr | "(" NAME "," NAME ")" "in" "[" pair%"," "]" */
  readonly ruleDomain: Rule = this.RULE("ruleDomain", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Name);
          this.CONSUME(T.In);
          this.SUBRULE(this.expression);
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LeftParen);
          this.CONSUME2(T.Name, { LABEL: "theirs" });
          this.CONSUME(T.Comma);
          this.CONSUME3(T.Name, { LABEL: "ours" });
          this.CONSUME(T.RightParen);
          this.CONSUME2(T.In);
          this.SUBRULE(this.pairs);
        },
      },
    ]);
  });

  readonly pairs: Rule = this.RULE("pairs", () => {
    this.CONSUME(T.LeftBracket);
    this.commaList(this.pair);
    this.CONSUME(T.RightBracket);
  });

  /** pair = STRING "->" path */
  readonly pair: Rule = this.RULE("pair", () => {
    this.CONSUME(T.Text);
    this.CONSUME(T.Arrow);
    this.SUBRULE(this.path);
  });

  /** goal = path | ("split" | "transpose" | "cast") "(" path ")" | resize | slice | rearrange, each of a path */
  readonly goal: Rule = this.RULE("goal", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.path) },
      {
        ALT: () => {
          this.CONSUME(T.GoalWord);
          this.CONSUME(T.LeftParen);
          this.SUBRULE2(this.path);
          this.CONSUME(T.RightParen);
        },
      },
      { ALT: () => this.SUBRULE(this.resizeGoal) },
      { ALT: () => this.SUBRULE(this.sliceGoal) },
      { ALT: () => this.SUBRULE(this.rearrangeGoal) },
    ]);
  });

  /** "resize" "(" path "," "grid" ":" expr "->" expr ("," "keep" ":" expr)? ("," "mode" ":" NAME)? ")" */
  readonly resizeGoal: Rule = this.RULE("resizeGoal", () => {
    this.CONSUME(T.Resize);
    this.CONSUME(T.LeftParen);
    this.SUBRULE(this.path);
    this.MANY({
      GATE: () => !this.atLastComma(),
      DEF: () => {
        this.CONSUME(T.Comma);
        this.SUBRULE(this.resizeOption);
      },
    });
    this.OPTION(() => this.CONSUME2(T.Comma));
    this.CONSUME(T.RightParen);
  });

  readonly resizeOption: Rule = this.RULE("resizeOption", () => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(T.Arrow);
      this.SUBRULE2(this.expression, { LABEL: "to" });
    });
  });

  /** "slice" "(" path "," NAME "=" expr ")" */
  readonly sliceGoal: Rule = this.RULE("sliceGoal", () => {
    this.CONSUME(T.Slice);
    this.CONSUME(T.LeftParen);
    this.SUBRULE(this.path);
    this.CONSUME(T.Comma);
    this.CONSUME(T.Name);
    this.CONSUME(T.Equals);
    this.SUBRULE(this.expression);
    this.CONSUME(T.RightParen);
  });

  /** "rearrange" "(" path "," pattern "->" pattern ")" */
  readonly rearrangeGoal: Rule = this.RULE("rearrangeGoal", () => {
    this.CONSUME(T.Rearrange);
    this.CONSUME(T.LeftParen);
    this.SUBRULE(this.path);
    this.CONSUME(T.Comma);
    this.SUBRULE(this.pattern, { LABEL: "from" });
    this.CONSUME(T.Arrow);
    this.SUBRULE2(this.pattern, { LABEL: "to" });
    this.CONSUME(T.RightParen);
  });

  readonly paths: Rule = this.RULE("paths", () => this.bareList(this.path));

  /** path = segment ("." segment)* */
  readonly path: Rule = this.RULE("path", () => {
    this.SUBRULE(this.segment);
    this.MANY(() => {
      this.CONSUME(T.Dot);
      this.SUBRULE2(this.segment);
    });
  });

  /** segment = piece+          pieces touch: `norm_{1, 2}` */
  readonly segment: Rule = this.RULE("segment", () => {
    this.SUBRULE(this.piece);
    this.MANY({ GATE: () => touches(this.LA(0), this.LA(1)), DEF: () => this.SUBRULE2(this.piece) });
  });

  /** piece = NAME | INT | "*" | "{" expr%"," "}" */
  readonly piece: Rule = this.RULE("piece", () => {
    this.OR([
      { ALT: () => this.CONSUME(T.Name) },
      { ALT: () => this.CONSUME(T.Integer) },
      { ALT: () => this.CONSUME(T.Star) },
      {
        ALT: () => {
          this.CONSUME(T.LeftBrace);
          this.commaList(this.expression);
          this.CONSUME(T.RightBrace);
        },
      },
    ]);
  });
}
