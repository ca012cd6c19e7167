/** A field of a parsed answer; undefined when the answer is no object or has no such field of its own. */
export function fieldOf(answer: unknown, name: string): unknown {
  if (typeof answer !== 'object' || answer === null || !Object.hasOwn(answer, name)) return undefined;
  return (answer as Record<string, unknown>)[name];
}
