/** What a person can configure, under `netc`; whatever is not understood keeps its default. */
export interface Settings {
  readonly inlayHints: { readonly shapes: boolean; readonly names: boolean; readonly sizes: boolean };
  readonly codeLens: boolean;
  readonly inactiveArms: boolean;
  /** By model: the row of an ablation whose numbers are shown. */
  readonly variants: Readonly<Record<string, string>>;
  /** By model: values of config keys, as with `--set`. */
  readonly set: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const defaultSettings: Settings = { inlayHints: { shapes: true, names: true, sizes: true }, codeLens: true, inactiveArms: true, variants: {}, set: {} };

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const truth = (value: unknown, otherwise: boolean): boolean => (typeof value === "boolean" ? value : otherwise);
const texts = (value: unknown): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(fields(value)).flatMap(([key, own]) => (["string", "number", "boolean"].includes(typeof own) ? [[key, String(own)]] : [])));

export function settingsFrom(value: unknown): Settings {
  const given = fields(value);
  const hints = fields(given["inlayHints"]);
  const all = truth(given["inlayHints"], true);
  return {
    inlayHints: { shapes: truth(hints["shapes"], all), names: truth(hints["names"], all), sizes: truth(hints["sizes"], all) },
    codeLens: truth(given["codeLens"], true),
    inactiveArms: truth(given["inactiveArms"], true),
    variants: texts(given["variants"]),
    set: Object.fromEntries(Object.entries(fields(given["set"])).map(([model, keys]) => [model, texts(keys)])),
  };
}
