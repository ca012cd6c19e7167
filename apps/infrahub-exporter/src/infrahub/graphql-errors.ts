import { isRecord } from './connection.ts';
import type { FaultReason } from './errors.ts';

/** Newer servers say what is wrong in words, older ones and REST with the HTTP status. */
const REASONS_OF_CODES: Readonly<Record<string, FaultReason>> = {
  AUTHENTICATION_REQUIRED: 'auth',
  TOKEN_EXPIRED: 'auth',
  PERMISSION_DENIED: 'forbidden',
  BRANCH_NOT_FOUND: 'not_found',
  SCHEMA_NOT_FOUND: 'schema',
  401: 'auth',
  403: 'forbidden',
};

/** What the errors of a GraphQL answer mean: the first one that has a code we know. */
export function reasonOfErrors(errors: unknown): FaultReason {
  for (const error of listOf(errors)) {
    const extensions = isRecord(error) ? error['extensions'] : undefined;
    const reason = isRecord(extensions) ? REASONS_OF_CODES[String(extensions['code'])] : undefined;
    if (reason !== undefined) return reason;
  }
  return 'graphql';
}

/**
 * Whether the errors are about the query itself, which then was never run: they have a place in its text but no path in
 * the answer. It will be refused as long as neither the query nor the schema is another one.
 */
export function wasNeverRun(errors: unknown): boolean {
  const all = listOf(errors);
  return (
    all.length > 0 &&
    all.every((error) => {
      if (!isRecord(error)) return false;
      const { locations, path } = error;
      return Array.isArray(locations) && locations.length > 0 && (path === undefined || path === null);
    })
  );
}

function listOf(errors: unknown): readonly unknown[] {
  return Array.isArray(errors) ? errors : [];
}
