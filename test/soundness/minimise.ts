/** The smallest text that still fails in the same way: items, then lines, are dropped as long as it does. */
export async function minimised(text: string, fails: (text: string) => Promise<boolean>, mostTries = 400): Promise<string> {
  let tries = 0;
  let parts = text.split(/\n(?=block |choice |model |ablation )/);
  for (const separator of ["\n", "\n"]) {
    for (let size = Math.max(1, parts.length >> 1); size >= 1; size >>= 1) {
      for (let at = 0; at < parts.length && tries < mostTries; ) {
        const fewer = [...parts.slice(0, at), ...parts.slice(at + size)];
        tries++;
        if (fewer.length > 0 && (await fails(fewer.join(separator)))) parts = fewer;
        else at += size;
      }
    }
    parts = parts.join(separator).split("\n");
  }
  return parts.join("\n");
}
