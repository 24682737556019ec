/** Texts that are bundled as strings. */
declare module "*.net?raw" {
  const text: string;
  export default text;
}

declare module "*.ts?raw" {
  const text: string;
  export default text;
}
