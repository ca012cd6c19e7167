import type { FormatName, FormatTypes } from './format-types.ts';

/**
 * One setting: a convict schema entry that is at once its type, its default, its documentation and the names under
 * which the environment and the command line know it.
 */
export interface Setting {
  /** One sentence for the README, unit included. */
  readonly doc: string;
  /** A name of `formats.ts`, or the list of the words it may be. */
  readonly format: FormatName | readonly string[];
  /** null: there is none; see {@link required}. */
  readonly default: unknown;
  /** null is a value of its own, besides the default. */
  readonly nullable?: true;
  /** A missing value is a problem. */
  readonly required?: true;
  /** Environment variable, or several of which the first one that is set counts; a secret's `…_FILE` twin comes by itself. */
  readonly env?: string | readonly string[];
  /** Command-line flag without the dashes. Never for a secret. */
  readonly flag?: string;
  /** Only for `text-map`: variables that start with this set the entry named by the rest. */
  readonly envPrefix?: string;
  /** Inclusive bounds of a number. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A list whose items are sections of their own. Variables of their settings belong to the first item. */
export interface SectionList {
  readonly doc: string;
  readonly items: Schema;
  /** A variable that has the whole list as JSON, in place of the file's. */
  readonly env?: string;
}

export interface Schema {
  readonly [key: string]: SchemaNode;
}

type NullOf<S> = S extends { readonly required: true }
  ? never
  : S extends { readonly default: null } | { readonly nullable: true }
    ? null
    : never;

type ValueOf<S extends Setting> =
  | (S['format'] extends FormatName
      ? FormatTypes[S['format']]
      : S['format'] extends readonly (infer Word)[]
        ? Word
        : never)
  | NullOf<S>;

/** The type of a configuration that follows a schema. */
export type ConfigOf<S extends Schema> = {
  readonly [K in keyof S]: S[K] extends Setting
    ? ValueOf<S[K]>
    : S[K] extends SectionList
      ? readonly ConfigOf<S[K]['items']>[]
      : S[K] extends Schema
        ? ConfigOf<S[K]>
        : never;
};

export type SchemaNode = Setting | SectionList | Schema;

export function isSetting(node: SchemaNode): node is Setting {
  return 'format' in node && (typeof node.format === 'string' || Array.isArray(node.format));
}

export function isSectionList(node: SchemaNode): node is SectionList {
  return 'items' in node && typeof node.doc === 'string';
}

/** The environment variables of a setting, in the order in which they count. */
export function namesOfEnv({ env }: Setting): readonly string[] {
  if (env === undefined) return [];
  return typeof env === 'string' ? [env] : env;
}

export function isSecret(setting: Setting): boolean {
  return setting.format === 'secret';
}
