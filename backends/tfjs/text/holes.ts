/**
 * What two instances of a block may differ in: sizes, numbers and the keys of random streams. While a function is written, each of them is a hole: its
 * text, and a name for it where an axis gives one. Functions whose texts are the same but for what is in their holes are one function; what differs becomes
 * its parameters, what differs in the same way one parameter, and all else is written out. Names of functions are marks too, until all functions are known.
 */

import { expressionFor, type Readable } from "./readable.ts";

/** The holes of a text, with the function and its hole in front where a call hands the text on. Characters of no alphabet mark them. */
const HOLE = /(?:\uE003(\d+):(\d+)\uE004)?\uE000([^\uE001]*)\uE001([^\uE002]*)\uE002/g;
const NAME = /\uE005(\d+)\uE006/g;
const VARIABLES = /\uE007(\d+)\uE008/g;

/** A text as a hole. */
export const hole = (value: string, hint = ""): string => `\uE000${value}\uE001${hint}\uE002`;

/** The key of a random stream as a hole. */
export const keyHole = (key: string): string => hole(JSON.stringify(key), "key");

/** A hole of a call: what stands in hole `place` of the function `of`. */
export const givenHole = (of: number, place: number, value: string, hint: string): string => `\uE003${of}:${place}\uE004${hole(value, hint)}`;

/** The name of a function, by its number. */
export const functionMark = (of: number): string => `\uE005${of}\uE006`;

/** The variables that a function is given by name. */
export const variablesMark = (of: number): string => `\uE007${of}\uE008`;

/** Where the value of a number is read, as long as it has no name. */
export const valueMark = (id: number): string => `\uE009${id}\uE00A`;

/** The text with names in the place of these marks. */
export const withMarks = (text: string, name: (id: number) => string): string => text.replace(/\uE009(\d+)\uE00A/g, (_, id: string) => name(Number(id)));

/** The text without what is in its holes. */
export const withoutNumbers = (text: string): string => text.replace(HOLE, (_, of: string | undefined, place: string | undefined) => `\uE000${of ?? ""}:${place ?? ""}\uE002`);

/** Whether a text is a name or a number, also one in a hole, which needs no parentheses. */
export const isPlain = (text: string): boolean => /^(?:-?[\w.]+|\uE000-?[\w.]+\uE001[^\uE002]*\uE002)$/.test(text);

/** How long a text is about to be. */
export const lengthOf = (text: string): number => text.replace(HOLE, (_, of: string | undefined, _place, value: string) => (of === undefined ? value : "")).replace(NAME, "EncoderLayer").replace(VARIABLES, "").length;

export interface Hole {
  readonly value: string;
  readonly hint: string;
}

/** The holes of a text in their order. */
export const holesOf = (text: string): readonly Hole[] => [...text.matchAll(HOLE)].map(([, , , value, hint]) => ({ value, hint }));

/** What a text says of functions, once all are known. */
export interface Known {
  readonly name: (of: number) => string;
  readonly filling: (of: number) => Filling;
}

/** What the holes of a function are, once all its instances are known. */
export interface Filling {
  /** Parameters in the order of their first holes; `places`: the holes that they fill. */
  readonly parameters: readonly { readonly name: string; readonly type: "number" | "string" | "number[]"; readonly places: readonly number[] }[];
  /** What the function reads off its tensors, and the holes that it fills. */
  readonly read: readonly { readonly text: string; readonly places: readonly number[] }[];
  /** Variables that are written in the other holes, and those that the functions called are given. */
  readonly variables: readonly string[];
}

const typeOf = (value: string): "number" | "string" | "number[]" => (value.startsWith('"') ? "string" : value.startsWith("[") ? "number[]" : "number");

/** `text`: the function's; `instances`: what is in the holes of each instance; `variables`: the names of all; `readable`: the sizes of their tensors; `unique` makes a name that the function does not use. */
export function fillingOf(text: string, instances: readonly (readonly Hole[])[], readable: readonly Readable[], variables: readonly string[], others: (of: number) => Filling, unique: (wanted: string) => string): Filling {
  const columns = new Map<string, number[]>();
  const [first] = instances;
  const written: string[] = [];
  const read = new Map<string, number[]>();
  const marks = [...text.matchAll(HOLE)];
  first.forEach(({ value, hint }, place) => {
    const values = instances.map((holes) => holes[place].value);
    const [, of, at] = marks[place];
    const isTaken = of === undefined || others(Number(of)).parameters.some(({ places }) => places[0] === Number(at));
    if (!isTaken) return;
    if (values.every((each) => each === values[0])) return void written.push(value);
    const key = values.join("\n");
    // How a kernel slides is no size, also where it is the same number.
    const expression = hint === "padding" || hint === "stride" || hint === "dilation" ? undefined : expressionFor(values, readable);
    if (expression !== undefined) read.set(expression, [...(read.get(expression) ?? []), place]);
    else columns.set(key, [...(columns.get(key) ?? []), place]);
  });
  const called = [...text.matchAll(VARIABLES)].flatMap(([, of]) => others(Number(of)).variables);
  const used = new Set([...called, ...written.flatMap((value) => (value.startsWith('"') ? [] : (value.match(/[A-Za-z_$][\w$]*/g) ?? [])))]);
  const own = variables.filter((each) => used.has(each));
  const free = new Set(variables.filter((each) => !used.has(each)));
  const nameOf = (places: readonly number[]): string => {
    const values = instances.map((holes) => holes[places[0]].value);
    const hints = places.map((place) => first[place].hint).filter((each) => /^[A-Za-z]\w*$/.test(each));
    const wanted = values.find((value) => free.has(value)) ?? hints[0] ?? (values[0].includes(".") ? "factor" : "size");
    return free.delete(wanted) ? wanted : unique(variables.includes(wanted) ? `${wanted}_` : wanted);
  };
  return { parameters: [...columns.values()].map((places) => ({ name: nameOf(places), type: typeOf(first[places[0]].value), places })), read: [...read].map(([expression, places]) => ({ text: expression, places })), variables: own };
}

/**
 * A line with its holes filled: by the parameters of its function, or with what is in them. `from`: how many holes stand before it. A hole of a call is
 * filled where the function that is called has a parameter for it.
 */
export function filled(text: string, from: number, own: Filling, { name, filling }: Known): string {
  let place = from;
  const names = new Map([...own.parameters.map(({ name: text, places }) => ({ text, places })), ...own.read].flatMap((filler) => filler.places.map((each) => [each, filler.text] as const)));
  const written = text.replace(HOLE, (_, of: string | undefined, at: string | undefined, value: string) => {
    const filler = names.get(place++) ?? value;
    if (of === undefined) return filler;
    return filling(Number(of)).parameters.some(({ places }) => places[0] === Number(at)) ? `, ${filler}` : "";
  });
  return written
    .replace(VARIABLES, (_, of: string) => filling(Number(of)).variables.map((each) => `, ${each}`).join(""))
    .replace(NAME, (_, of: string) => name(Number(of)))
    .replace(/\(, /g, "(")
    .replace(/([{,] )(\w+): \2(?=,| \})/g, "$1$2");
}
