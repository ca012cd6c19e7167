/** What a validator of JSON Schema, compiled by ajv, leaves behind. */
export interface Validator {
  (data: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly message?: string; readonly params?: unknown }[] | null;
}

/**
 * What is wrong with a value: what the validator says, and every key that it never looked at. Empty when all is well.
 *
 * The schemas of Kubernetes leave out `additionalProperties: false`, as servers drop what they do not know, and a misspelt
 * field does nothing. A compiled validator reads the properties that its schema names and no others, so a key that is
 * never read is one that the schema does not know.
 */
export function problemsOf(value: object, validate: Validator): string[] {
  const unread: (() => string[])[] = [];
  const isValid = validate(watched(value, '', unread));
  const said = isValid ? [] : (validate.errors ?? []);
  return [
    ...said.map(({ instancePath, message, params }) => `${instancePath}: ${message ?? JSON.stringify(params)}`),
    ...unread.flatMap((list) => list()),
  ];
}

/** The value, which notes what of it is read; after the reading, `unread` lists what was not. */
function watched(value: object, path: string, unread: (() => string[])[]): object {
  const read = new Map<string | symbol, unknown>();
  if (!Array.isArray(value)) {
    unread.push(() => {
      const forgotten = Object.keys(value).filter((key) => !read.has(key));
      return forgotten.map((key) => `${path}/${key}: unknown field`);
    });
  }
  return new Proxy(value, {
    get(target, key) {
      if (!read.has(key)) {
        const child: unknown = Reflect.get(target, key);
        const isObject = child !== null && typeof child === 'object';
        read.set(key, isObject ? watched(child, `${path}/${String(key)}`, unread) : child);
      }
      return read.get(key);
    },
  });
}
