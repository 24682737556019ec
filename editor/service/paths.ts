/** Names of files as paths with `/`, without a file system: what an import means, and how a file would be imported. */

/** `a/./b/../c` as `a/c`. */
export function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.length > 0 && parts[parts.length - 1] !== ".." && parts[parts.length - 1] !== "") parts.pop();
      else if (parts.length === 0 || parts[parts.length - 1] === "..") parts.push("..");
    } else if (part !== "." && (part !== "" || parts.length === 0)) parts.push(part);
  }
  return parts.join("/");
}

/** The folder of a file, with its `/`; "" where the name has none. */
export function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/") + 1);
}

export function baseName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The file that an import of `from` in `importer` means. */
export function resolved(from: string, importer: string): string {
  return normalised(from.startsWith("/") || /^[A-Za-z]:\//.test(from) ? from : `${folderOf(importer)}${from}`);
}

/** How `importer` would name a file: `clip.net`, `../blocks/norm.net`. */
export function importPath(target: string, importer: string): string {
  const [to, at] = [normalised(target).split("/"), normalised(importer).split("/").slice(0, -1)];
  let same = 0;
  while (same < at.length && same < to.length - 1 && at[same] === to[same]) same++;
  return [...at.slice(same).map(() => ".."), ...to.slice(same)].join("/");
}
