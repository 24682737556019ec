/** Productions of training: data, loss, optimizer and metrics. */
import { WeightsParser } from "./parser-weights.ts";
import type { Rule } from "./parser-core.ts";
import * as T from "./tokens.ts";

export abstract class TrainParser extends WeightsParser {
  /** train = "train" NAME "{" trainItem* "}" */
  readonly train: Rule = this.RULE("train", () => {
    this.CONSUME(T.Train);
    this.CONSUME(T.Name);
    this.CONSUME(T.LeftBrace);
    this.MANY(() => this.SUBRULE(this.trainItem));
    this.CONSUME(T.RightBrace);
  });

  /** trainItem = data | "weights" NAME | loss | optimizer | "schedule" call | ("epochs" | "steps" | "batch" | "accumulate" | "ema" | "patience") expr | metrics */
  readonly trainItem: Rule = this.RULE("trainItem", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.data) },
      {
        ALT: () => {
          this.CONSUME(T.Weights);
          this.CONSUME(T.Name);
        },
      },
      { ALT: () => this.SUBRULE(this.loss) },
      { ALT: () => this.SUBRULE(this.optimizer) },
      {
        ALT: () => {
          this.CONSUME(T.Schedule);
          this.SUBRULE(this.call);
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.Quantity);
          this.SUBRULE(this.expression);
        },
      },
      { ALT: () => this.SUBRULE(this.metrics) },
    ]);
  });

  /** data = "data" call ("{" dataField* "}")? */
  readonly data: Rule = this.RULE("data", () => {
    this.CONSUME(T.Data);
    this.SUBRULE(this.call);
    this.OPTION(() => this.SUBRULE(this.dataFields));
  });

  /** dataFields = "{" dataField* "}"          commas between them are let through and refused by the tree's builder */
  readonly dataFields: Rule = this.RULE("dataFields", () => {
    this.CONSUME(T.LeftBrace);
    this.MANY(() => {
      this.SUBRULE(this.dataField);
      this.OPTION(() => this.CONSUME(T.Comma));
    });
    this.CONSUME(T.RightBrace);
  });

  /** dataField = NAME ":" type ("in" "[" expr "," expr "]")? ("normalised" "by" NAME)? */
  readonly dataField: Rule = this.RULE("dataField", () => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    this.SUBRULE(this.type);
    this.OPTION(() => {
      this.CONSUME(T.In);
      this.CONSUME(T.LeftBracket);
      this.SUBRULE(this.expression, { LABEL: "low" });
      this.CONSUME(T.Comma);
      this.SUBRULE2(this.expression, { LABEL: "high" });
      this.CONSUME(T.RightBracket);
    });
    this.OPTION2(() => {
      this.CONSUME(T.Normalised);
      this.CONSUME(T.By);
      this.CONSUME2(T.Name, { LABEL: "statistics" });
    });
  });

  /** loss = "loss" expr ("where" (NAME "=" expr)%",")? */
  readonly loss: Rule = this.RULE("loss", () => {
    this.CONSUME(T.Loss);
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(T.Where);
      this.bareList(this.binding);
    });
  });

  readonly binding: Rule = this.RULE("binding", () => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Equals);
    this.SUBRULE(this.expression);
  });

  /** optimizer = "optimizer" call ("{" group%"," "}")? */
  readonly optimizer: Rule = this.RULE("optimizer", () => {
    this.CONSUME(T.Optimizer);
    this.SUBRULE(this.call);
    this.OPTION(() => {
      this.CONSUME(T.LeftBrace);
      this.commaList(this.optimizerGroup);
      this.CONSUME(T.RightBrace);
    });
  });

  /** group = path%"," ":" NAME "*" expr */
  readonly optimizerGroup: Rule = this.RULE("optimizerGroup", () => {
    this.SUBRULE(this.paths);
    this.CONSUME(T.Colon);
    this.CONSUME(T.Name);
    this.CONSUME(T.Star);
    this.SUBRULE(this.expression);
  });

  /** metrics = "metrics" metric%"," ("of" expr)? ("at" "original")? */
  readonly metrics: Rule = this.RULE("metrics", () => {
    this.CONSUME(T.Metrics);
    this.bareList(this.metric);
    this.OPTION(() => {
      this.CONSUME(T.Of);
      this.SUBRULE(this.expression);
    });
    this.OPTION2(() => {
      this.CONSUME(T.AtWord);
      this.CONSUME(T.Original);
    });
  });

  /** metric = NAME ("@" expr)? */
  readonly metric: Rule = this.RULE("metric", () => {
    this.CONSUME(T.Name);
    this.OPTION(() => {
      this.CONSUME(T.At);
      this.SUBRULE(this.expression);
    });
  });

  /** call = NAME "(" ((STRING | argument)%",")? ")" */
  readonly call: Rule = this.RULE("call", () => {
    this.CONSUME(T.Name);
    this.CONSUME(T.LeftParen);
    this.commaList(this.callArgument);
    this.CONSUME(T.RightParen);
  });

  readonly callArgument: Rule = this.RULE("callArgument", () => {
    this.OR([{ ALT: () => this.CONSUME(T.Text) }, { ALT: () => this.SUBRULE(this.argument) }]);
  });
}
