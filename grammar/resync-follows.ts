/**
 * What may follow a rule where it is used in another one: there recovery goes on after a mistake. Chevrotain finds that for every use when a parser is made,
 * which is a third of making it; here it is found for the uses in a rule when a mistake first asks. The answers are the same (test/grammar/follows.test.ts).
 */
import { Alternation, NonTerminal, Option, Repetition, RepetitionMandatory, Terminal, type IProduction, type Rule, type TokenType } from "chevrotain";

/** A use of a rule: its name and number there, and the rule in which it is. */
export interface RuleUse {
  readonly ruleName: string;
  readonly idxInCallingRule: number;
  readonly inRule: string;
}

type Holding = IProduction & { readonly definition: IProduction[] };

export class ResyncFollows {
  private readonly known = new Map<string, ReadonlyMap<string, readonly TokenType[]>>();

  /** `ruleNamed` gives the rules of the grammar. */
  constructor(private readonly ruleNamed: (name: string) => Rule) {}

  /** The tokens with which the text may go on behind a use; undefined where the rule has no such use. */
  of({ ruleName, idxInCallingRule, inRule }: RuleUse): readonly TokenType[] | undefined {
    let follows = this.known.get(inRule);
    if (!follows) {
      const found = new Map<string, readonly TokenType[]>();
      this.walk(this.ruleNamed(inRule).definition, [], found);
      this.known.set(inRule, (follows = found));
    }
    return follows.get(`${ruleName}|${idxInCallingRule}`);
  }

  /** Notes every use in a sequence; `rest` is what stands behind the sequence. */
  private walk(sequence: readonly IProduction[], rest: readonly IProduction[], found: Map<string, readonly TokenType[]>): void {
    sequence.forEach((part, at) => {
      const behind = [...sequence.slice(at + 1), ...rest];
      if (part instanceof NonTerminal) found.set(`${part.referencedRule.name}|${part.idx}`, this.first(behind));
      else if (part instanceof Alternation) for (const alternative of part.definition) this.walk([alternative], behind, found);
      else if (part instanceof Repetition || part instanceof RepetitionMandatory) this.walk(part.definition, [new Option({ definition: part.definition }), ...behind], found);
      else if (!(part instanceof Terminal)) this.walk((part as Holding).definition, behind, found);
    });
  }

  /** The tokens with which a sequence may begin. */
  private first(sequence: readonly IProduction[]): readonly TokenType[] {
    const found = new Set<TokenType>();
    for (const part of sequence) {
      for (const token of this.firstOf(part)) found.add(token);
      if (!canBeEmpty(part)) break;
    }
    return [...found];
  }

  private firstOf(part: IProduction): readonly TokenType[] {
    if (part instanceof Terminal) return [part.terminalType];
    if (part instanceof NonTerminal) return this.first(part.referencedRule.definition);
    if (part instanceof Alternation) return [...new Set(part.definition.flatMap((alternative) => this.firstOf(alternative)))];
    return this.first((part as Holding).definition);
  }
}

function canBeEmpty(part: IProduction): boolean {
  if (part instanceof Option || part instanceof Repetition) return true;
  if (part instanceof Terminal) return false;
  if (part instanceof Alternation) return part.definition.some(canBeEmpty);
  if (part instanceof NonTerminal) return part.referencedRule.definition.every(canBeEmpty);
  return (part as Holding).definition.every(canBeEmpty);
}
