/** A text that is the same for values that are the same, secrets included: a reload leaves alone what has not changed. */
export function fingerprintOf(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string, given: unknown) {
    // JSON has already called toJSON on what is given, which hides secrets.
    const original = this[key];
    return isSecret(original) ? `secret ${original.reveal()}` : given;
  });
}

function isSecret(value: unknown): value is { reveal(): string } {
  return typeof value === 'object' && value !== null && 'reveal' in value && typeof value.reveal === 'function';
}
