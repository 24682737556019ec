/** Names of a program: the source's binding paths in camel case, each given once, none of them a word of the language. */

const reserved =
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield NaN Infinity Math tf";

/** Unique names: the first bearer has the name itself, the next `name2`, `name3`, … */
export function createNames(taken: readonly string[]): (wanted: string) => string {
  const used = new Set([...reserved.split(" "), ...taken]);
  const next = new Map<string, number>();
  return (wanted) => {
    // A name that ends in a digit takes its number after a line, so that `layer1` and `layer11` are not mistaken.
    const stem = /\d$/.test(wanted) ? `${wanted}_` : wanted;
    let [name, number] = [wanted, next.get(wanted) ?? 2];
    while (used.has(name)) name = `${stem}${number++}`;
    next.set(wanted, number);
    used.add(name);
    return name;
  };
}

/** `vision.layer.3.norm_pre` → `visionLayer3NormPre`; a name of the language where one can stand. */
export function camelCase(path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const joined = words.map((word, place) => (place === 0 ? word : word[0].toUpperCase() + word.slice(1))).join("");
  return /^[A-Za-z]/.test(joined) ? joined : `value${joined}`;
}

/** `.name` where it can stand so, else `["name"]`. */
export const member = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);
