/** Paths of the model: one counted from another, and as text behind the record in which its value stands. */

/** Whether a path lies under another. */
export const isUnder = (path: string, outer: string): boolean => outer === "" || path.startsWith(`${outer}.`);

/** A path counted from another under which it lies. */
export const relative = (path: string, outer: string): string => (isUnder(path, outer) && outer !== "" ? path.slice(outer.length + 1) : path);

/** `.q`, `[3]`, `["my-name"]` for each part of a path under another. */
export function weightAccess(path: string, under: string): string {
  const relative = under === "" ? path : path.slice(under.length + 1);
  return relative === "" ? "" : relative.split(".").map((part) => (/^\d+$/.test(part) ? `[${part}]` : /^[A-Za-z_$][\w$]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`)).join("");
}

/** A name as a field of an object. */
export const fieldName = (key: string): string => (/^([A-Za-z_$][\w$]*|\d+)$/.test(key) ? key : JSON.stringify(key));
