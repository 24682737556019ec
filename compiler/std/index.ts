/** The layer library as texts: part of the compiler, so that every program sees the same one. */
import activations from "./activations.net?raw";
import attention from "./attention.net?raw";
import convolution from "./convolution.net?raw";
import linear from "./linear.net?raw";
import losses from "./losses.net?raw";
import normalisation from "./normalisation.net?raw";
import recurrent from "./recurrent.net?raw";
import resizing from "./resizing.net?raw";
import rotation from "./rotation.net?raw";

/** File name (as diagnostics show it) and text, in a fixed order. */
export const library: readonly { readonly name: string; readonly text: string }[] = [
  { name: "std/activations.net", text: activations },
  { name: "std/linear.net", text: linear },
  { name: "std/normalisation.net", text: normalisation },
  { name: "std/convolution.net", text: convolution },
  { name: "std/resizing.net", text: resizing },
  { name: "std/attention.net", text: attention },
  { name: "std/recurrent.net", text: recurrent },
  { name: "std/rotation.net", text: rotation },
  { name: "std/losses.net", text: losses },
];
