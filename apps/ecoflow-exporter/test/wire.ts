/** The key of the developer interface for a name of the field tables. */
export function camelCase(name: string): string {
  return name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Fields of a decoded message under the keys of the developer interface: numbers and booleans, flattened. */
export function camelCased(fields: object, prefix: string, into: Map<string, number>): void {
  for (const [name, value] of Object.entries(fields)) addFlat(`${prefix}${camelCase(name)}`, value, into);
}

function addFlat(path: string, value: unknown, into: Map<string, number>): void {
  if (typeof value === 'number' || typeof value === 'boolean') into.set(path, Number(value));
  else if (Array.isArray(value))
    for (const [index, element] of value.entries()) addFlat(`${path}[${index}]`, element, into);
  else if (typeof value === 'object' && value !== null) camelCased(value, `${path}.`, into);
}
