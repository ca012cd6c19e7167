/**
 * The licences of what a bundle carries: nearly every one asks to be passed on together with the code.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';

/** What a package.json says about whose work a package is. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name?: string };
  readonly homepage?: string;
}

/** Puts `THIRD-PARTY-LICENSES.txt` beside the code, for every package of which at least a line is in it. */
export const thirdPartyLicenses: Plugin = {
  name: 'third-party-licenses',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) =>
      file.type === 'chunk' ? Object.entries(file.modules) : [],
    );
    const ids = modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => id);
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source: licensesOf(ids) });
  },
};

/**
 * The licence texts of the packages that these modules come from, one section per package, sorted.
 *
 * @throws {UnlicensedError} when a package says nothing of its licence
 */
export function licensesOf(moduleIds: readonly string[]): string {
  const folders = new Set(moduleIds.map(packageFolderOf).filter((folder) => folder !== undefined));
  // The same version may lie there several times, once per set of peers.
  const sections = new Map([...folders].map(sectionOf));
  const sorted = [...sections].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([title, text]) => `${'='.repeat(80)}\n${title}\n${'='.repeat(80)}\n\n${text}\n`).join('\n');
}

/** The folder of the npm package that a module belongs to; none for our own sources and for what the bundle makes up. */
function packageFolderOf(moduleId: string): string | undefined {
  // Some lines of the bundler itself, with which chunks find each other.
  if (moduleId.startsWith('\0rolldown/')) return dirname(findPackageJSON('rolldown', import.meta.url) ?? '');
  return /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(moduleId.replace(/^\0/, ''))?.[0];
}

function sectionOf(folder: string): [title: string, text: string] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license } = manifest;
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)([-.].*)?$/i.test(file));
  if (files.length === 0 && !license) throw new UnlicensedError(`${name} ${version} has no licence: ${folder}`);
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r', '').trim());
  return [`${name} ${version} (${license ?? 'see below'})`, texts.join('\n\n') || statementOf(manifest)];
}

/** For packages that only name their licence. */
function statementOf({ license, author, homepage }: Manifest): string {
  const by = typeof author === 'string' ? author : author?.name;
  return [`Published under the licence ${license}, without its text.`, by && `Author: ${by}`, homepage]
    .filter(Boolean)
    .join('\n');
}

/** A package without a licence may not be passed on. */
class UnlicensedError extends Error {}
