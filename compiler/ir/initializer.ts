/** How a parameter gets its first value. Numbers are those of the distribution (before any seed). */
export type Initializer =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "uniform"; readonly bound: number }
  | { readonly kind: "normal"; readonly std: number }
  | { readonly kind: "truncated_normal"; readonly std: number }
  /** Values written out, row-major. */
  | { readonly kind: "values"; readonly values: readonly number[] };
