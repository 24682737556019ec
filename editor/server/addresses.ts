/**
 * Documents have URIs, the service has names. A file's name is its path with `/`; any other document is named by its URI. Files of the layer library are
 * called `std/…`: they lie in the package where there is one, else they are documents of the scheme `netc-library`.
 */
export const libraryScheme = "netc-library";

export interface Addresses {
  nameOf(uri: string): string;
  uriOf(name: string): string;
}

/** `library`: the folder of the package that holds `std/`, as a path with `/`. */
export function createAddresses(library: string | undefined): Addresses {
  const folder = library?.replaceAll("\\", "/").replace(/\/$/, "");
  return {
    nameOf(uri) {
      if (uri.startsWith(`${libraryScheme}:/`)) return uri.slice(libraryScheme.length + 2);
      const name = pathOf(uri);
      return folder && name.startsWith(`${folder}/std/`) ? name.slice(folder.length + 1) : name;
    },
    uriOf(name) {
      if (!name.startsWith("std/")) return uriOfPath(name);
      return folder ? uriOfPath(`${folder}/${name}`) : `${libraryScheme}:/${name}`;
    },
  };
}

function pathOf(uri: string): string {
  const match = /^file:\/\/([^/]*)(\/.*)$/i.exec(uri);
  if (!match) return uri;
  const path = decoded(match[2]);
  if (match[1] && match[1] !== "localhost") return `//${match[1]}${path}`;
  return /^\/[A-Za-z]:/.test(path) ? `${path[1].toLowerCase()}${path.slice(2)}` : path;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function uriOfPath(name: string): string {
  if (name.startsWith("//")) return `file:${encodeURI(name).replace(/[?#]/g, encodeURIComponent)}`;
  if (/^[A-Za-z]:\//.test(name)) return `file:///${name[0].toLowerCase()}%3A${encodePath(name.slice(2))}`;
  return name.startsWith("/") ? `file://${encodePath(name)}` : name;
}

function encodePath(path: string): string {
  return path.split("/").map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)).join("/");
}
