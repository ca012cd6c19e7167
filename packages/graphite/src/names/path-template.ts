import { foldSegment } from './segment.ts';

/** A template that cannot give a path; the message says why. */
export class InvalidTemplateError extends Error {}

/** A path cannot be made, as a value is missing or nothing is left of it. */
export class InvalidSegmentError extends Error {}

/** Gives paths. */
export interface PathTemplate {
  /** Names of the placeholders, in their order. */
  readonly placeholders: readonly string[];

  /**
   * The path with these values, each folded into one segment.
   *
   * @throws {InvalidSegmentError} when a value is missing, or has no letter or digit that could be kept
   */
  path(values: Readonly<Record<string, string>>): string;
}

const LITERAL = /^[A-Za-z0-9_-]{1,200}$/;
const PLACEHOLDER = /^\{([a-z][a-z0-9_]*)\}$/;

/**
 * Reads a template such as `home.electricity.kasa.{device}.{metric}`: a placeholder is a whole segment; a literal segment is
 * kept as it is, of ASCII letters, digits, `_` and `-`.
 *
 * @throws {InvalidTemplateError}
 */
export function createPathTemplate(template: string): PathTemplate {
  const parts = template.split('.').map((segment) => {
    const placeholder = PLACEHOLDER.exec(segment)?.[1];
    if (placeholder === undefined && !LITERAL.test(segment)) {
      throw new InvalidTemplateError(`"${segment}" is no segment of a path, in the template "${template}"`);
    }
    return { placeholder, literal: segment };
  });
  return {
    placeholders: parts.flatMap(({ placeholder }) => placeholder ?? []),
    path(values) {
      return parts
        .map(({ placeholder, literal }) => (placeholder === undefined ? literal : segmentOf(placeholder, values)))
        .join('.');
    },
  };
}

function segmentOf(placeholder: string, values: Readonly<Record<string, string>>): string {
  const value = Object.hasOwn(values, placeholder) ? values[placeholder] : undefined;
  if (value === undefined) throw new InvalidSegmentError(`no value for {${placeholder}}`);
  const segment = foldSegment(value);
  if (segment === '') throw new InvalidSegmentError(`nothing is left of "${value}" for {${placeholder}}`);
  return segment;
}
