export async function build(_file: string, _options: unknown): Promise<number> { return 2; }
