export class InvalidPathError extends Error {}
export function parsePaths(_text: string): void {}
