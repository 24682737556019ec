/**
 * Numbers that two instances of a block may differ in. While a function is written, each of them is a hole: the number, and a name for it where an axis
 * gives one. Functions whose texts are the same but for the numbers in their holes are one function; numbers that differ become its parameters, those that
 * differ in the same way one parameter, and all others are written out.
 */

/** The holes of a text: `given` where a call hands the number on to what it calls, which may not need it. Characters of no alphabet mark them. */
const HOLE = /(?:\uE003(\d+):(\d+)\uE004)?\uE000([^\uE001]*)\uE001([^\uE002]*)\uE002/g;

/** A number as a hole. */
export const hole = (value: string, hint = ""): string => `\uE000${value}\uE001${hint}\uE002`;

/** A hole of a call: what stands in hole `place` of the function `of`. */
export const givenHole = (of: number, place: number, value: string, hint: string): string => `\uE003${of}:${place}\uE004${hole(value, hint)}`;

/** The text without the numbers. */
export const withoutNumbers = (text: string): string => text.replace(HOLE, (_, of: string | undefined, place: string | undefined) => `\uE000${of ?? ""}:${place ?? ""}\uE002`);

/** Whether a text is a name or a number, also one in a hole, which needs no parentheses. */
export const isPlain = (text: string): boolean => /^(?:-?[\w.]+|\uE000[^\uE001]*\uE001[^\uE002]*\uE002)$/.test(text);

export interface Hole {
  readonly value: string;
  readonly hint: string;
}

/** The holes of a text in their order. */
export const holesOf = (text: string): readonly Hole[] => [...text.matchAll(HOLE)].map(([, , , value, hint]) => ({ value, hint }));

/** What the holes of a function are, once all its instances are known. */
export interface Filling {
  /** Parameters in the order of their first holes; `places`: the holes that they fill. */
  readonly parameters: readonly { readonly name: string; readonly places: readonly number[] }[];
}

/** `instances`: the numbers of each instance of the function; `name` makes a name that the function does not use. */
export function fillingOf(instances: readonly (readonly Hole[])[], name: (wanted: string) => string): Filling {
  const columns = new Map<string, number[]>();
  const [first] = instances;
  first.forEach((_, place) => {
    const values = instances.map((holes) => holes[place].value);
    if (values.every((value) => value === values[0])) return;
    const key = values.join();
    columns.set(key, [...(columns.get(key) ?? []), place]);
  });
  return {
    parameters: [...columns.values()].map((places) => {
      const hint = places.map((place) => first[place].hint).find((each) => /^[A-Za-z]\w*$/.test(each));
      return { name: name(hint ?? (places.some((place) => first[place].value.includes(".")) ? "factor" : "size")), places };
    }),
  };
}

/**
 * A line with its holes filled: by the parameters of its function, or with the numbers. `from`: how many holes stand before it. A hole of a call is filled
 * where the function that is called has a parameter for it.
 */
export function filled(text: string, from: number, own: Filling, others: (of: number) => Filling): string {
  let place = from;
  const names = new Map(own.parameters.flatMap(({ name, places }) => places.map((each) => [each, name] as const)));
  const written = text.replace(HOLE, (_, of: string | undefined, at: string | undefined, value: string) => {
    const filling = names.get(place++) ?? value;
    if (of === undefined) return filling;
    return others(Number(of)).parameters.some(({ places }) => places[0] === Number(at)) ? `, ${filling}` : "";
  });
  return written.replace(/\(, /g, "(");
}
