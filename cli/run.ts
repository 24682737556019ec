export async function run(_file: string, _options: unknown): Promise<number> { return 2; }
