/** How deep a chain of causes is told. */
const MAX_CAUSES = 5;

/**
 * An error as one sentence, causes included: `cannot connect to home: connect ECONNREFUSED 192.0.2.10:80`.
 */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  let current = error;
  while (current !== undefined && current !== null && parts.length <= MAX_CAUSES) {
    const text = messageOf(current);
    if (text !== '' && !parts.at(-1)?.includes(text)) parts.push(text);
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join(': ') || 'unknown error';
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node tries several addresses of a name and gathers the failures without a message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join(', ');
  return error.message || error.name;
}
