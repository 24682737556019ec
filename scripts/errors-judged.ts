/**
 * The part of the judgement of messages that is made by hand: which of the eight points cannot apply to a code, and why; and what is found wanting in a
 * message although the count says that it is there. Reviewed like code: a reason that does not convince is a point that is missing.
 */
import type { Code } from "../compiler/diagnostics/codes.ts";

export const points = ["underlined", "shapes", "axes", "origins", "rule", "fix", "page", "one error"] as const;
export type Point = (typeof points)[number];

/** What "both origins" asks of a message: so many places besides the underlined one. 2 for two sizes that differ, 1 for one cause elsewhere in the text. */
export const placesOf: Partial<Readonly<Record<Code, number>>> = {
  NET0206: 2, NET0211: 2, NET0301: 3, NET0302: 3, NET0303: 2, NET0306: 2, NET0307: 3, NET0316: 2, NET0322: 2, NET0404: 2, NET0504: 2, NET0822: 2,
};

const names = "it is about a name, not about a shape";
const text = "it is about the text, before anything has a shape";
const kind = "what is wrong is the kind of thing, and only one side is a tensor";
const size = "it is about one size or fact; no second shape is involved";
const row = "it is about a configuration, not about a shape";
const training = "it is about names of a training or plan, not about shapes";
const number = "it is about one number";

type Reasons = Readonly<Partial<Record<Point, string>>>;
const noShape = (reason: string): Reasons => ({ shapes: reason, axes: reason });

/** Points that cannot apply, each with its reason. */
export const notApplicable: Partial<Readonly<Record<Code, Reasons>>> = {
  NET0001: { ...noShape(text), origins: "the character itself is the cause" },
  NET0002: { ...noShape(text), origins: "the mark is the cause; an open bracket is marked where there is one" },
  NET0003: { ...noShape(text), origins: "the nesting itself is the cause", fix: "which parts get names is the author's to say" },
  NET0101: { ...noShape(names), origins: "the name is declared nowhere" },
  NET0102: { ...noShape(names), origins: "the option is declared nowhere; those that are, are listed" },
  NET0103: { shapes: "one tensor is involved, and its shape is shown" },
  NET0104: { ...noShape(names), origins: "the word is declared nowhere; the alternatives are listed" },
  NET0105: noShape(names),
  NET0106: { ...noShape(names), origins: "the file is nowhere" },
  NET0107: { ...noShape(names), fix: "which of the files gives something up is the author's to say" },
  NET0108: { shapes: names, fix: "how a recursion ends is the author's to say; the rule names the form" },
  NET0109: noShape(names),
  NET0110: { ...noShape(names), fix: "where the circle is broken is the author's to say" },
  NET0201: noShape("what is missing has no shape yet"),
  NET0202: { ...noShape(kind), origins: "what is too many is underlined; a block of the program is marked, one of the library has a page" },
  NET0203: { shapes: kind },
  NET0204: noShape(names),
  NET0205: noShape("alternatives have no shape"),
  NET0206: { fix: "which of the two types is meant is the author's to say; a conversion or another order is offered where it would do" },
  NET0207: noShape("paths have no shape"),
  NET0208: { shapes: kind },
  NET0209: noShape(names),
  NET0210: noShape("nothing is returned that could have a shape; the promised type is marked"),
  NET0212: { shapes: "one tensor is involved, the condition, and its type is shown", origins: "the condition is the cause, and is underlined" },
  NET0304: { shapes: size },
  NET0305: { shapes: size },
  NET0308: { shapes: "one tensor is involved; the whole and its parts are shown with their sizes" },
  NET0309: { shapes: "one tensor is involved, and its shape is shown" },
  NET0310: { shapes: size, origins: "the sizes stand as names in the claim" },
  NET0311: { shapes: size },
  NET0312: { shapes: "one tensor is involved, and its shape is shown" },
  NET0314: { shapes: "the shape is the one that is refused, and is underlined" },
  NET0315: { shapes: size },
  NET0317: { fix: "the value of the new option is the author's to say" },
  NET0318: { ...noShape("the expression has no value"), origins: "the expression itself is the cause", fix: "which number was meant is the author's to say" },
  NET0319: { shapes: "one tensor is involved, and its shape is shown" },
  NET0321: { shapes: size },
  NET0322: { shapes: size },
  NET0323: { shapes: size, origins: "nothing differs: the promise is told, not refused" },
  NET0401: { shapes: "members are counted, not shaped" },
  NET0402: noShape("members are counted, not shaped"),
  NET0403: { ...noShape("members are counted, not shaped"), origins: "the range itself is the cause", fix: "what is an axis instead is the author's to say" },
  NET0501: noShape(row),
  NET0502: noShape(row),
  NET0504: { shapes: row },
  NET0505: noShape("nothing is given that could have a shape"),
  NET0506: { ...noShape("a budget is a sum over the whole model"), origins: "the blocks that cost most are named in a note", fix: "what becomes smaller, or whether the limit rises, is the author's to say" },
  NET0507: { ...noShape("a budget has no shape"), origins: "the statement itself is the cause" },
  NET0601: { ...noShape(training), origins: "the name is known nowhere; those that are, are listed" },
  NET0602: { origins: "the loss is the cause, and is underlined" },
  NET0603: { ...noShape(training), origins: "the path leads nowhere" },
  NET0604: { ...noShape(training), fix: "whether the loss or the layer is meant is the author's to say" },
  NET0605: { ...noShape(training), origins: "the loss itself is the cause", fix: "which output belongs into the loss is the author's to say" },
  NET0607: noShape(training),
  NET0610: { ...noShape(number), origins: "the number itself is the cause", fix: "which number is meant is the author's to say; the message names the range" },
  NET0701: noShape(training),
  NET0702: noShape(training),
  NET0703: { shapes: "one parameter is involved, and its shape is shown" },
  NET0811: { shapes: "every shape is right: that is what makes the mistake silent", axes: "the axis and its parts are named; the sizes are not the cause" },
  NET0812: { shapes: "one tensor is involved, and its shape is shown" },
  NET0813: { shapes: "every shape is right: that is what makes the mistake silent", axes: "both axes are named; their sizes are not the cause" },
  NET0814: { shapes: "every shape is right: that is what makes the mistake silent", axes: "the axis is named; its size is not the cause" },
  NET0815: { fix: "which side is wrong is the author's to say" },
  NET0816: { shapes: "one tensor is involved, and its shape is shown" },
  NET0817: { shapes: "one axis is involved" },
  NET0818: { ...noShape(names), origins: "nothing uses it: there is no other place" },
  NET0819: { ...noShape(names), origins: "nothing uses it: there is no other place" },
  NET0820: noShape(training),
  NET0821: noShape("every shape is right: that is what makes the mistake silent"),
  NET0822: { shapes: "one tensor is involved, and its shape is shown" },
  NET0902: { ...noShape(number), origins: "the number itself is the cause", fix: "which number was meant is the author's to say" },
  NET0903: { shapes: "one table is involved, and the number of its elements is shown", origins: "the table itself is the cause", fix: "what is computed instead is the author's to say" },
};

/** Points that the count grants and a reader does not. */
export const wanting: Partial<Readonly<Record<Code, Reasons>>> = {
  NET0321: { fix: "the first rows of a larger table could be offered; only the help says so" },
  NET0404: { fix: "the type of member i could be worked out and offered; the help only shows the form" },
};
