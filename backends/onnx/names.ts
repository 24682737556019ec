/** Unique names: the first bearer has the name itself, the next `_2`, `_3`, … */
export type Namer = (name: string) => string;

export function createNamer(reserved: readonly string[]): Namer {
  const taken = new Set(reserved);
  const next = new Map<string, number>();
  return (name) => {
    if (!taken.has(name)) {
      taken.add(name);
      return name;
    }
    let number = next.get(name) ?? 2;
    while (taken.has(`${name}_${number}`)) number++;
    next.set(name, number + 1);
    taken.add(`${name}_${number}`);
    return `${name}_${number}`;
  };
}
