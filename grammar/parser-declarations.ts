/** Productions of blocks, statements and models. */
import { TypeParser } from "./parser-types.ts";
import type { Rule } from "./parser-core.ts";
import * as T from "./tokens.ts";

export abstract class DeclarationParser extends TypeParser {
  // --------------------------------------------------------------------------------------------------------------- blocks

  /** block = "composite"? "block" NAME signature "->" result where? ("=" expr | body) */
  readonly block: Rule = this.RULE("block", () => {
    this.OPTION(() => this.CONSUME(T.Composite));
    this.CONSUME(T.Block);
    this.CONSUME(T.Name);
    this.SUBRULE(this.signature);
    if (this.RECORDING_PHASE || !(this.next(T.LeftBrace) || this.next(T.Equals) || this.next(T.Where))) {
      this.CONSUME(T.Arrow);
      this.SUBRULE(this.result);
    } else this.noteMissing("block", T.Arrow);
    this.OPTION2(() => this.SUBRULE(this.where));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Equals);
          this.SUBRULE(this.expression);
        },
      },
      { ALT: () => this.SUBRULE(this.body) },
    ]);
  });

  /** signature = "(" (input%",")? (";" option%",")? ")" */
  readonly signature: Rule = this.RULE("signature", () => {
    this.CONSUME(T.LeftParen);
    this.SUBRULE(this.inputs);
    this.OPTION(() => {
      this.CONSUME(T.Semicolon);
      this.SUBRULE(this.signatureOptions);
    });
    this.CONSUME(T.RightParen);
  });

  readonly inputs: Rule = this.RULE("inputs", () => this.commaList(this.blockInput));

  readonly signatureOptions: Rule = this.RULE("signatureOptions", () => this.commaList(this.declaredOption));

  /** input = NAME ":" type ("=" expr)? */
  readonly blockInput: Rule = this.RULE("blockInput", () => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    this.SUBRULE(this.type);
    this.OPTION(() => {
      this.CONSUME(T.Equals);
      this.SUBRULE(this.expression);
    });
  });

  /** option = NAME ":" kind ("=" expr axisSize?)? */
  readonly declaredOption: Rule = this.RULE("declaredOption", () => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    this.SUBRULE(this.kind);
    this.OPTION(() => {
      this.CONSUME(T.Equals);
      this.SUBRULE(this.expression, { LABEL: "value" });
      this.OPTION2(() => {
        this.CONSUME2(T.Equals, { LABEL: "sizeMark" });
        this.SUBRULE2(this.expression, { LABEL: "size" });
      });
    });
  });

  /** where = "where" expr%"," */
  readonly where: Rule = this.RULE("where", () => {
    this.CONSUME(T.Where);
    this.bareList(this.expression);
  });

  // --------------------------------------------------------------------------------------------------------------- statements

  /** body = "{" statement* "}" */
  readonly body: Rule = this.RULE("body", () => {
    this.CONSUME(T.LeftBrace);
    this.MANY(() => this.SUBRULE(this.statement));
    this.CONSUME(T.RightBrace);
  });

  /** statement = let | param | state | update | assume | assert | return */
  readonly statement: Rule = this.RULE("statement", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.letStatement) },
      { ALT: () => this.SUBRULE(this.held) },
      { ALT: () => this.SUBRULE(this.updateStatement) },
      { ALT: () => this.SUBRULE(this.assumeStatement) },
      { ALT: () => this.SUBRULE(this.assertStatement) },
      { ALT: () => this.SUBRULE(this.returnStatement) },
    ]);
  });

  /** let = "let" target (":" type)? "=" expr ("for" NAME "in" expr)? */
  readonly letStatement: Rule = this.RULE("letStatement", () => {
    this.CONSUME(T.Let);
    this.SUBRULE(this.target);
    this.OPTION(() => {
      this.CONSUME(T.Colon);
      this.SUBRULE(this.type);
    });
    this.CONSUME(T.Equals);
    this.SUBRULE(this.expression);
    this.OPTION2(() => this.SUBRULE(this.family));
  });

  /** target = NAME ("[" expr "]")? | "(" NAME%"," ")" */
  readonly target: Rule = this.RULE("target", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Name);
          this.OPTION(() => {
            this.CONSUME(T.LeftBracket);
            this.SUBRULE(this.expression);
            this.CONSUME(T.RightBracket);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LeftParen);
          this.commaList(this.identifier);
          this.CONSUME(T.RightParen);
        },
      },
    ]);
  });

  readonly family: Rule = this.RULE("family", () => {
    this.CONSUME(T.For);
    this.CONSUME(T.Name);
    this.CONSUME(T.In);
    this.SUBRULE(this.expression);
  });

  /** param = "param" NAME ":" type "=" expr          state = "state" NAME ":" type "=" expr */
  readonly held: Rule = this.RULE("held", () => {
    this.OR([{ ALT: () => this.CONSUME(T.Param) }, { ALT: () => this.CONSUME(T.State) }]);
    this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    this.SUBRULE(this.type);
    this.CONSUME(T.Equals);
    this.SUBRULE(this.expression);
  });

  /** update = "update" NAME "=" expr */
  readonly updateStatement: Rule = this.RULE("updateStatement", () => {
    this.CONSUME(T.Update);
    this.CONSUME(T.Name);
    this.CONSUME(T.Equals);
    this.SUBRULE(this.expression);
  });

  /** assume = "assume" expr TEXT */
  readonly assumeStatement: Rule = this.RULE("assumeStatement", () => {
    this.CONSUME(T.Assume);
    this.SUBRULE(this.expression);
    this.CONSUME(T.Text);
  });

  /** assert = "assert" expr UNIT?          a unit is a name: no expression goes on with one */
  readonly assertStatement: Rule = this.RULE("assertStatement", () => {
    this.CONSUME(T.Assert);
    this.SUBRULE(this.expression);
    this.OPTION(() => this.CONSUME(T.Name));
  });

  /** return = "return" expr */
  readonly returnStatement: Rule = this.RULE("returnStatement", () => {
    this.CONSUME(T.Return);
    this.SUBRULE(this.expression);
  });

  // --------------------------------------------------------------------------------------------------------------- models

  /** model = "model" NAME "{" (config | statement | modelInput | modelOutput)* "}" */
  readonly model: Rule = this.RULE("model", () => {
    this.CONSUME(T.Model);
    this.CONSUME(T.Name);
    this.CONSUME(T.LeftBrace);
    this.MANY(() => this.SUBRULE(this.member));
    this.CONSUME(T.RightBrace);
  });

  readonly member: Rule = this.RULE("member", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.config) },
      { ALT: () => this.SUBRULE(this.statement) },
      { ALT: () => this.SUBRULE(this.modelInput) },
      { ALT: () => this.SUBRULE(this.modelOutput) },
    ]);
  });

  /** config = "config" "{" option* where? "}"          commas, and a `where` that is not the last, are refused by the tree's builder */
  readonly config: Rule = this.RULE("config", () => {
    this.CONSUME(T.Config);
    this.CONSUME(T.LeftBrace);
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.declaredOption) }, { ALT: () => this.SUBRULE(this.where) }]);
      this.OPTION(() => this.CONSUME(T.Comma));
    });
    this.CONSUME(T.RightBrace);
  });

  /** modelInput = "input" NAME ":" type where? */
  readonly modelInput: Rule = this.RULE("modelInput", () => {
    this.CONSUME(T.Input);
    this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    this.SUBRULE(this.type);
    this.OPTION(() => this.SUBRULE(this.where));
  });

  /** modelOutput = "output" NAME ":" type "=" expr */
  readonly modelOutput: Rule = this.RULE("modelOutput", () => {
    this.CONSUME(T.Output);
    this.CONSUME(T.Name);
    this.CONSUME(T.Colon);
    this.SUBRULE(this.type);
    this.CONSUME(T.Equals);
    this.SUBRULE(this.expression);
  });
}
