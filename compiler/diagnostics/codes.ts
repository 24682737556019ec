/**
 * Every diagnostic of netc: its code, its title, and its wording. A code is never used again for something else.
 *
 * Retired, because nothing ever reported them: NET0320, NET0503, NET0608, NET0801 to NET0805, NET0901.
 *
 * An entry's parameters are typed, so a call that forgets one does not compile. `rule` is the rule in one sentence; it becomes the first note.
 */
import type { Severity } from "./diagnostic.ts";

export interface Wording {
  readonly message: string;
  readonly label?: string;
  /** The rule that is broken, in one sentence. */
  readonly rule: string;
  readonly notes?: readonly string[];
  readonly help?: string;
}

interface Entry<P> {
  readonly title: string;
  readonly severity: Severity;
  readonly words: (parameters: P) => Wording;
}

function error<P>(title: string, words: (parameters: P) => Wording): Entry<P> {
  return { title, severity: "error", words };
}
function warning<P>(title: string, words: (parameters: P) => Wording): Entry<P> {
  return { title, severity: "warning", words };
}

function info<P>(title: string, words: (parameters: P) => Wording): Entry<P> {
  return { title, severity: "info", words };
}

const nearest = (near: string | undefined): string | undefined => (near ? `did you mean \`${near}\`?` : undefined);
const listed = (names: readonly string[]): string => (names.length ? names.map((name) => `\`${name}\``).join(", ") : "none");

export const codes = {
  // ---------------------------------------------------------------------------------------------- syntax
  NET0001: error("characters that mean nothing", (p: { text: string }) => ({
    message: `\`${p.text}\` means nothing here`,
    rule: "names are letters, digits and `_`; comments begin with `//`; texts stand in double quotes",
  })),
  NET0002: error("something else was expected", (p: { message: string; near?: string }) => ({
    message: p.message,
    help: nearest(p.near),
    rule: /^expected [^f]*`[,)\]}]`/.test(p.message) && !p.message.includes("statement")
      ? "what is opened is closed, and what stands in a list is parted by commas"
      : "every item and statement begins with a keyword, and newlines mean nothing: what is missing is missing at the mark or just before it",
  })),
  NET0003: error("nested too deeply, or too large", (p: { message: string }) => ({
    message: p.message,
    rule: "brackets, `if` in `if` and runs of operators nest at most 200 deep, and a file has an end that a person can reach",
  })),

  // ---------------------------------------------------------------------------------------------- names
  NET0101: error("unknown name", (p: { name: string; what: string; near?: string }) => ({
    message: `there is no ${p.what} \`${p.name}\` here`,
    rule: "every name is declared: in this item, in this file, in a file that it imports, or in the library",
    help: nearest(p.near),
  })),
  NET0102: error("unknown option", (p: { name: string; block: string; options: readonly string[]; near?: string }) => ({
    message: `\`${p.block}\` has no option \`${p.name}\``,
    rule: "options are given by name, and only those that are declared",
    notes: [`its options are ${listed(p.options)}`],
    help: nearest(p.near),
  })),
  NET0103: error("unknown axis", (p: { name: string; type: string; axes: readonly string[]; near?: string; help?: string }) => ({
    message: `there is no axis \`${p.name}\` in ${p.type}`,
    rule: "an axis is said by its name, and only those of the tensor are there",
    notes: [`its axes are ${listed(p.axes)}`],
    help: p.help ?? nearest(p.near),
  })),
  NET0104: error("unknown alternative", (p: { name: string; of: string; alternatives: readonly string[]; near?: string }) => ({
    message: `\`${p.name}\` is not an alternative of ${p.of}`,
    rule: "a choice is one of its alternatives, and no other word",
    notes: [`the alternatives are ${listed(p.alternatives)}`],
    help: nearest(p.near),
  })),
  NET0105: error("declared twice", (p: { name: string; what: string }) => ({
    message: `the ${p.what} \`${p.name}\` is declared twice`,
    rule: "a name means one thing in its scope: nothing is assigned twice",
  })),
  NET0106: error("import not found", (p: { from: string; near?: string; reason: string }) => ({
    message: `cannot import from "${p.from}": ${p.reason}`,
    rule: "an import names a `.net` file by its path from the file that imports",
    help: nearest(p.near),
  })),
  NET0107: error("files import each other", (p: { cycle: readonly string[] }) => ({
    message: `the imports go round: ${p.cycle.join(" → ")}`,
    rule: "a file does not import itself, not through others either: what both need stands in a third",
  })),
  NET0108: error("blocks use each other", (p: { cycle: readonly string[] }) => ({
    message: `the block uses itself: ${p.cycle.join(" → ")}`,
    rule: "recursion between blocks would have no end; repeat with a family: `let x[i] = … for i in 1..=n`",
  })),
  NET0109: error("unknown member", (p: { name: string; of: string; members: readonly string[]; near?: string }) => ({
    message: `${p.of} has no \`${p.name}\``,
    rule: "after a point stands a member: a field of a record, an axis of a tensor, an operator of a group",
    notes: p.members.length ? [`it has ${listed(p.members)}`] : [],
    help: nearest(p.near),
  })),
  NET0110: error("a value that depends on itself", (p: { name: string }) => ({
    message: `\`${p.name}\` depends on itself`,
    rule: "bindings, and members of a family, may use each other in any order, but not in a circle",
  })),

  // ---------------------------------------------------------------------------------------------- kinds and calls
  NET0201: error("missing argument", (p: { block: string; missing: string; what: "input" | "option" }) => ({
    message: `\`${p.block}\` needs the ${p.what} \`${p.missing}\``,
    rule: "every input is given, and every option that has no default",
  })),
  NET0202: error("too many inputs", (p: { block: string; takes: number; given: number; help?: string }) => ({
    message: `\`${p.block}\` takes ${p.takes} input${p.takes === 1 ? "" : "s"}, but ${p.given} are given`,
    rule: "inputs are given by place, options by name",
    help: p.help,
  })),
  NET0203: error("the wrong kind of value", (p: { wanted: string; found: string; where?: string; help?: string }) => ({
    message: `${p.where ?? "this"} needs ${p.wanted}, but it is ${p.found}`,
    label: p.found,
    rule: "every value has one kind, known when the program is checked, and nothing is converted silently",
    help: p.help,
  })),
  NET0204: error("capital letters own weights", (p: { block: string; owns: boolean }) => ({
    message: p.owns ? `\`${p.block}\` owns weights, so its name begins with a capital letter` : `\`${p.block}\` owns no weights, so its name begins with a small letter`,
    rule: "capital: owns weights; small: owns none; so one sees in any line where the parameters are",
  })),
  NET0205: error("a match that forgets an alternative", (p: { missing: readonly string[] }) => ({
    message: `the match has no arm for ${listed(p.missing)}`,
    rule: "a match covers every alternative",
  })),
  NET0206: error("arms of different types", (p: { first: string; other: string }) => ({
    message: `the arms have different types: ${p.first} and ${p.other}`,
    rule: "whichever arm is chosen, the value has one type",
  })),
  NET0207: error("two layers with one path", (p: { block: string; path: string }) => ({
    message: `two \`${p.block}\` layers here would both be called \`${p.path}\``,
    rule: "a layer's path is the chain of binding names",
    help: "give each its own `let`",
  })),
  NET0208: error("not something to call", (p: { name: string; found: string; help?: string }) => ({
    message: `\`${p.name}\` is ${p.found}, which cannot be called`,
    rule: "blocks, layers and operators can be called",
    help: p.help,
  })),
  NET0209: error("given twice", (p: { name: string }) => ({
    message: `\`${p.name}\` is given twice`,
    rule: "what is given by name is given once",
  })),
  NET0210: error("no value is returned", (p: { block: string }) => ({
    message: `\`${p.block}\` returns no value`,
    rule: "the body of a block ends with `return` and the value that its signature promises",
  })),
  NET0211: error("a layer shared by different sizes", (p: { block: string; name: string; first: string; now: string }) => ({
    message: `this layer was applied with ${p.name} = ${p.first} and now with ${p.name} = ${p.now}`,
    rule: `all applications of one \`${p.block}\` share its weights, so the sizes of the weights must agree`,
  })),
  NET0212: error("data cannot choose the program", (p: { what: string }) => ({
    message: `${p.what} chooses when the program is compiled, but the condition is data`,
    rule: "the graph has one arm, chosen before any data are known; elements are chosen by `select`",
    help: "choose element by element with `select(condition, a, b)`",
  })),

  // ---------------------------------------------------------------------------------------------- shapes
  NET0301: error("elementwise sizes differ", (p: { operator: string; axis: string; left: string; right: string; help?: string }) => ({
    message: `\`${p.operator}\` needs equal sizes on axis ${p.axis}, but they are ${p.left} and ${p.right}`,
    rule: "elementwise operands must agree on every axis they share",
    help: p.help,
  })),
  NET0302: error("elementwise axes do not line up", (p: { operator: string; left: string; right: string; reason: string; help?: string }) => ({
    message: `\`${p.operator}\` cannot line up ${p.left} with ${p.right}: ${p.reason}`,
    rule: "one operand's axes must be a subsequence of the other's, by name and in the same order; what it lacks is repeated",
    help: p.help,
  })),
  NET0303: error("a size that is required to be equal is not", (p: { what: string; axis: string; wanted: string; found: string; help?: string }) => ({
    message: `${p.what}: axis ${p.axis} must be ${p.wanted}, but is ${p.found}`,
    rule: "a size stated in a type must hold for all sizes that the facts admit",
    help: p.help,
  })),
  NET0304: error("a requirement of the block does not hold", (p: { block: string; fact: string; values: string; legal?: string }) => ({
    message: `\`${p.block}\` needs \`${p.fact}\`, but ${p.values}`,
    rule: "the facts after `where` must hold at every use",
    help: p.legal,
  })),
  NET0305: error("a division that is not exact", (p: { expression: string; claim: string; values: string; help?: string }) => ({
    message: `\`${p.expression}\` is not exact: \`${p.claim}\` does not hold for all sizes${p.values}`,
    rule: "`/` between sizes is exact division, and promises it; `floor(a / b)` and `ceil(a / b)` round",
    help: p.help,
  })),
  NET0306: error("the wrong axes", (p: { what: string; wanted: string; found: string; reason: string; help?: string }) => ({
    message: `${p.what} takes ${p.wanted}, but is given ${p.found}: ${p.reason}`,
    rule: "a shape in a signature binds in order, and an axis whose own name stands in that shape must stand where the name does",
    help: p.help,
  })),
  NET0307: error("contracted sizes differ", (p: { operator: string; axis: string; left: string; right: string }) => ({
    message: `\`${p.operator}\` matches axis ${p.axis} of two operands, but its sizes are ${p.left} and ${p.right}`,
    rule: "a letter that stands in several operands is one axis, of one size",
  })),
  NET0308: error("a reshape that is not exact", (p: { axis: string; whole: string; parts: string; help?: string }) => ({
    message: `axis ${p.axis} of size ${p.whole} is not ${p.parts}`,
    rule: "merging and splitting must be provably exact",
    help: p.help,
  })),
  NET0309: error("outside the range", (p: { what: string; index: string; size: string; help?: string }) => ({
    message: `${p.what}: ${p.index} lies outside 0..${p.size}`,
    rule: "an index is at least 0 and less than the size",
    help: p.help,
  })),
  NET0310: error("cannot prove", (p: { claim: string; reason: string }) => ({
    message: `cannot prove \`${p.claim}\`: ${p.reason}`,
    rule: "what cannot be proved is never silently assumed",
    help: "state it after `where`, or write the sizes so that they are plainly equal",
  })),
  NET0311: error("facts that contradict each other", (p: { fact: string }) => ({
    message: `no size satisfies \`${p.fact}\` together with the facts before it`,
    rule: "the facts of a declaration must be satisfiable",
  })),
  NET0312: error("a bad pattern", (p: { reason: string; help?: string }) => ({
    message: p.reason,
    rule: "a pattern names the operand's own axes; `new = old` renames; `(a b)` merges or splits, in order",
    help: p.help,
  })),
  NET0313: error("different element types", (p: { operator: string; left: string; right: string; help?: string }) => ({
    message: `\`${p.operator}\` needs one element type, but they are ${p.left} and ${p.right}`,
    rule: "nothing is converted silently",
    help: p.help ?? "convert with `f32(x)`, `i32(x)` or `bool(x)`",
  })),
  NET0314: error("one axis twice", (p: { axis: string; type: string; help?: string }) => ({
    message: `axis ${p.axis} would stand twice in ${p.type}`,
    rule: "the axes of a tensor have different names",
    help: p.help ?? "give one a new name: `rename(x, new = old)`",
  })),
  NET0315: error("a size that is not positive", (p: { what: string; size: string; values: string; /** 1, unless the rule is another. */ least?: number; /** An axis has a size; a padding is one. */ isAxis?: boolean; help?: string }) => ({
    message: `${p.what} ${p.isAxis === false ? "is" : "has size"} ${p.size}, which is not at least ${p.least ?? 1}${p.values}`,
    rule: p.isAxis === false ? `${p.what.replace(/^the (\w+) along.*/, "a $1")} is at least ${p.least ?? 1}` : "every axis has at least one element",
    help: p.help,
  })),
  NET0316: error("the declared type is not the type", (p: { name: string; declared: string; found: string; reason: string; help?: string }) => ({
    message: `${p.name.includes(" ") ? p.name : `\`${p.name}\``} is declared as ${p.declared}, but is ${p.found}: ${p.reason}`,
    rule: "a declared type must be the value's type, axis by axis",
    help: p.help,
  })),
  NET0317: error("a size that cannot be found", (p: { name: string; block: string }) => ({
    message: `the size \`${p.name}\` of \`${p.block}\` cannot be found from its inputs`,
    rule: "a size that stands in no input as itself, or as c * size + k, must be an option",
  })),
  NET0318: error("not a size that can be computed", (p: { reason: string }) => ({
    message: p.reason,
    rule: "a size is a whole number that is known when the program is checked",
  })),
  NET0319: error("an axis that needs a name", (p: { what: string; help: string }) => ({
    message: `${p.what} needs a named axis`,
    rule: "axes are said by name, never by position",
    help: p.help,
  })),

  NET0322: error("an assumption that does not hold", (p: { fact: string; reason: string; values: string }) => ({
    message: `the assumption \`${p.fact}\` does not hold: ${p.values}`,
    rule: "an assumption is a promise, and is decided as soon as the sizes are numbers",
    notes: [`it was made because: ${p.reason}`],
    help: "what is assumed is not proved: change the sizes, or the assumption",
  })),
  NET0323: info("an assumption", (p: { fact: string; reason: string }) => ({
    message: `\`${p.fact}\` is assumed here, not proved: ${p.reason}`,
    rule: "an assumption is decided when the sizes become numbers; until then the artefact checks it at its entry. `netc check --strict` allows none",
  })),
  NET0321: error("a free size where a number is needed", (p: { what: string; size: string; free: string }) => ({
    message: `${p.what} is ${p.size}, but ${p.free} is free: every batch may bring another`,
    rule: "the sizes of weights, strides, dilations and windows are numbers in every model",
    help: `give the size a number where it is declared, \`${p.free} = 22\`, or take the first rows of a larger table: \`table[row = ..${p.free}]\``,
  })),

  // ---------------------------------------------------------------------------------------------- families
  NET0401: error("a member that is not defined", (p: { name: string; index: string; defined: string }) => ({
    message: `\`${p.name}[${p.index}]\` is not defined; defined are ${p.defined}`,
    rule: "a family has the members that its clauses define; `0..n` leaves n out, `0..=n` includes it",
  })),
  NET0402: error("a member defined twice", (p: { name: string; index: string }) => ({
    message: `\`${p.name}[${p.index}]\` is defined twice`,
    rule: "each member of a family is defined by one clause",
  })),
  NET0403: error("a family that is too large", (p: { name: string; count: string; limit: number }) => ({
    message: `the family \`${p.name}\` has ${p.count} members; at most ${p.limit} are allowed`,
    label: `${p.count} members`,
    rule: "every member of a family is written out in the graph; elements are an axis, not a family",
  })),
  NET0404: error("a type that changes along a symbolic family", (p: { name: string; first: string; other: string }) => ({
    message: `the members of \`${p.name}\` have different types, ${p.first} and ${p.other}, over a range whose bounds are not numbers`,
    rule: "a family over a symbolic range has one type, or says it as a formula of the index",
    help: "say the type of member i: `let layer[i]: f32[B, C = C + i * growth] = … for i in 1..=depth`",
  })),

  // ---------------------------------------------------------------------------------------------- models, ablations
  NET0501: error("an override that changes nothing", (p: { row: string; key: string; value: string }) => ({
    message: `row \`${p.row}\` sets \`${p.key}\` to ${p.value}, which it is already`,
    rule: "a row says what it changes",
    help: `leave \`${p.key}\` out`,
  })),
  NET0502: error("a row that changes nothing", (p: { row: string }) => ({
    message: `row \`${p.row}\` changes nothing`,
    rule: "a row differs from its base",
  })),
  NET0504: error("a fact of the config does not hold", (p: { fact: string; values: string }) => ({
    message: `the config needs \`${p.fact}\`, but ${p.values}`,
    rule: "the facts of a config hold for its defaults and in every row of every ablation",
  })),
  NET0505: error("a model without an output", (p: { model: string }) => ({
    message: `the model \`${p.model}\` has no output`,
    rule: "what reaches no output is not in the graph, so a model has at least one",
  })),
  NET0506: error("over budget", (p: { what: string; figure: string; limit: string; at: string; by: string; largest: readonly string[]; others: readonly string[] }) => ({
    message: `${p.figure} ${p.what}${p.at}, but the budget is ${p.limit}`,
    label: p.by,
    rule: "a budget holds in every variant of its model",
    notes: [...(p.largest.length ? [`the most is in ${p.largest.join("; ")}`] : []), ...(p.others.length ? [`the budget is missed in ${p.others.join("; ")}`] : [])],
  })),
  NET0507: error("not a budget", (p: { reason: string; help?: string }) => ({
    message: p.reason,
    rule: "a budget of a model compares `parameters`, `trainable`, `macs`, `flops`, `memory(inference)` or `memory(train)` with a number",
    help: p.help,
  })),

  // ---------------------------------------------------------------------------------------------- training
  NET0601: error("unknown in training", (p: { what: string; name: string; known: readonly string[]; near?: string }) => ({
    message: `there is no ${p.what} \`${p.name}\``,
    rule: "a training names what netc knows, so that a misspelt name is found before the data are read",
    notes: [`known are ${listed(p.known)}`],
    help: nearest(p.near),
  })),
  NET0602: error("the loss is not a number", (p: { found: string }) => ({ message: `the loss must be f32[], but is ${p.found}`, rule: "a loss is one number for the whole batch" })),
  NET0603: error("a path without parameters", (p: { path: string; near?: string }) => ({
    message: `no parameter has the path \`${p.path}\``,
    rule: "a path is the chain of binding names down to a parameter, or the beginning of one",
    help: nearest(p.near),
  })),
  NET0604: warning("parameters that reach no loss", (p: { paths: readonly string[] }) => ({
    message: `the loss does not depend on ${listed(p.paths.slice(0, 4))}${p.paths.length > 4 ? ` and ${p.paths.length - 4} more` : ""}`,
    rule: "a parameter that reaches no loss is never trained",
  })),
  NET0605: error("the loss depends on no parameter", () => ({ message: "the loss depends on no parameter", rule: "training would change nothing" })),
  NET0606: error("data that do not fit the model", (p: { field: string; data: string; model: string }) => ({
    message: `the data give \`${p.field}\` as ${p.data}, but the model takes ${p.model}`,
    rule: "a field that has the name of an input is what that input is given, so the two types are one",
  })),
  NET0609: error("a size that the field does not have", (p: { name: string; field: string; said: number; size: number; axis: string }) => ({
    message: `the data are read with \`${p.name}: ${p.said}\`, but \`${p.field}\` has ${p.axis} = ${p.size}`,
    rule: "pictures are scaled and sentences cut to this size, which is therefore that of the field",
    help: `write \`${p.name}: ${p.size}\``,
  })),
  NET0610: error("a number that training cannot use", (p: { what: string; wanted: string; found: string }) => ({
    message: `\`${p.what}\` is ${p.wanted}, not ${p.found}`,
    rule: "what training does with a number decides where it may lie",
  })),
  NET0607: error("missing in training", (p: { what: string; near?: string }) => ({
    message: `the training section has no ${p.what}`,
    rule: "a training has data for every input, a loss and an optimizer",
    help: p.near && `was \`${p.near}\` meant to be it?`,
  })),

  // ---------------------------------------------------------------------------------------------- weights
  NET0701: error("a parameter without a rule", (p: { paths: readonly string[]; model: string }) => ({
    message: `the plan says nothing about ${listed(p.paths.slice(0, 4))}${p.paths.length > 4 ? ` and ${p.paths.length - 4} more` : ""}`,
    rule: `every parameter of ${p.model} is loaded, resized, fresh or frozen`,
    help: "load it, or list it after `fresh`",
  })),
  NET0702: error("a parameter with two rules", (p: { path: string }) => ({
    message: `two rules give a value to \`${p.path}\``,
    rule: "each parameter gets its value from one rule",
  })),
  NET0703: error("a goal that does not fit", (p: { path: string; reason: string }) => ({
    message: `\`${p.path}\`: ${p.reason}`,
    rule: "what a rule does to the checkpoint's tensor must suit the parameter's shape",
  })),

  // ---------------------------------------------------------------------------------------------- mistakes that keep every shape
  NET0811: error("a reshape that scrambles", (p: { operator: string; axis: string; first: string; other: string; help?: string }) => ({
    message: `${p.operator} takes ${p.axis} as ${p.other}, but it was ${p.first}`,
    rule: "what was merged or split in one order comes apart or together in that order; every size would fit, and the elements would be in the wrong places",
    help: p.help,
  })),
  NET0812: warning("samples of a batch are mixed", (p: { what: string; help?: string }) => ({
    message: `${p.what} B, so the result of one sample depends on the other samples of its batch`,
    rule: "B counts samples; only a loss, whose result has no axis B, makes one number of them",
    help: p.help ?? "work over another axis; for statistics of a batch, use BatchNorm; where it is meant, give the axis another name: `rename(x, other = B)`",
  })),
  NET0813: error("a softmax over one axis, a sum over another", (p: { softmax: string; summed: string }) => ({
    message: `the weights sum to 1 over ${p.softmax}, but the product sums over ${p.summed}`,
    rule: "an average takes its softmax over the axis that it sums over",
    help: `take the softmax \`over: ${p.summed}\``,
  })),
  NET0814: warning("a normalisation over positions", (p: { block: string; axis: string }) => ({
    message: `\`${p.block}\` works over ${p.axis}, along which a convolution slides`,
    rule: "a convolution slides along positions; scales and shifts belong to channels",
    help: "normalise over the channels: `over: C`",
  })),
  NET0815: warning("a loss that repeats one side", (p: { operator: string; small: string; large: string; axes: string }) => ({
    message: `\`${p.operator}\` repeats ${p.small} along ${p.axes} to meet ${p.large}`,
    rule: "a prediction and its target have the same axes; what one lacks is compared again and again",
    help: "index or reduce the larger side, or repeat the smaller one on purpose with `expand`",
  })),
  NET0816: error("an axis that has size 1 only sometimes", (p: { axis: string; size: string; values: string }) => ({
    message: `axis ${p.axis} is dropped, but its size ${p.size} is 1 only sometimes${p.values}`,
    rule: "an axis can be dropped where its size is 1 for all sizes that the facts admit",
    help: `take one element, \`x[${p.axis} = 0]\`, or make the size 1 in the signature`,
  })),
  NET0817: error("a normalisation over a single element", (p: { block: string; axis: string; result: string }) => ({
    message: `\`${p.block}\` works over ${p.axis}, which has a single element: the result is always ${p.result}`,
    rule: "a normalisation compares the elements of an axis",
    help: "work over another axis",
  })),
  NET0818: warning("something that nothing uses", (p: { what: string; name: string }) => ({
    message: `${p.what} \`${p.name}\` is never used`,
    rule: "what no result depends on does nothing; a branch that is dropped is most often forgotten",
    help: "use it, or leave it out",
  })),
  NET0819: error("a parameter that nothing uses", (p: { name: string }) => ({
    message: `the parameter \`${p.name}\` is never used`,
    rule: "a parameter that no result depends on would never be trained",
    help: "use it, or leave it out",
  })),
  NET0820: error("a frozen parameter that the optimiser trains", (p: { path: string; plan: string }) => ({
    message: `the optimiser has a rate for \`${p.path}\`, which the plan \`${p.plan}\` freezes`,
    rule: "a frozen parameter is not trained",
    help: "leave one of the two out",
  })),
  NET0821: warning("a bias that the next normalisation cancels", (p: { layer: string; norm: string }) => ({
    message: `the bias of \`${p.layer}\` is subtracted again by \`${p.norm}\``,
    rule: "a batch norm subtracts the mean of each channel, and with it what was added to the whole channel",
    help: "leave the bias out, `biased: false`; where the parameters of a published model must be kept, write `biased: true`",
  })),

  NET0822: error("the size of another axis", (p: { axis: string; given: string; meant: string }) => ({
    message: `${p.axis} takes its size from \`${p.given}\``,
    label: `not the size of ${p.axis}`,
    rule: "each axis takes its size from the axis of the same name; where sizes happen to be equal, nothing else shows the mistake",
    help: `write \`${p.meant}\``,
  })),

  // ---------------------------------------------------------------------------------------------- limits
  NET0902: error("a number that is too large", (p: { text: string }) => ({ message: `${p.text} is larger than 2^53`, label: "too large", rule: "whole numbers are exact up to 2^53 = 9,007,199,254,740,992, and no size is larger" })),
  NET0903: error("a table that is too large", (p: { count: string; limit: string }) => ({
    message: `this table has ${p.count} elements; at most ${p.limit} are allowed`,
    rule: "a table is computed when the program is compiled, and stands in the artefact as numbers",
  })),
} as const;

export type Code = keyof typeof codes;
export type ParametersOf<C extends Code> = (typeof codes)[C] extends Entry<infer P> ? P : never;

export const allCodes = Object.keys(codes) as readonly Code[];

export function titleOf(code: Code): string {
  return codes[code].title;
}

export function severityOf(code: Code): Severity {
  return codes[code].severity;
}

export function wordingOf<C extends Code>(code: C, parameters: ParametersOf<C>): Wording {
  const entry = codes[code] as unknown as Entry<ParametersOf<C>>;
  return entry.words(parameters);
}
