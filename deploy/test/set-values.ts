import type { Json } from './manifests.ts';

/** Arguments of helm that give values of an app. */
export function set(app: string, values: Readonly<Record<string, Json>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [
    '--set-json',
    `apps.${app}.${key}=${JSON.stringify(value)}`,
  ]);
}
