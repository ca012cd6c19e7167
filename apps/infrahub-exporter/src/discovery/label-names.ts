/**
 * A label name that Prometheus takes: `device-name` becomes `device_name`, `1st` becomes `_1st`.
 *
 * Prometheus 2 discards a whole answer because of one name it does not like.
 */
export function labelNameOf(name: string): string {
  const clean = name.replace(/[^a-zA-Z0-9_]/g, '_');
  return /^[a-zA-Z_]/.test(clean) ? clean : `_${clean}`;
}
