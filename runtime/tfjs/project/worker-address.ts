/** Where the script of the threads that load data is: beside this module. */
export const workerAddress = (name: string): URL => new URL(`./${name}.js`, import.meta.url);
