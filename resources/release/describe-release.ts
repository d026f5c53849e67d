import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** What is in a release beside our own code: exactly what the bundler wrote down, and what travels along unbundled. */
export interface Part {
  readonly name: string
  readonly version: string
  /** Absent where the package does not say, except in its license file. */
  readonly license?: string
}

/** @param text of a `third-party-licenses.md`, whose headings are `## name - version (license)`. */
export const partsOf = (text: string): Part[] =>
  [...text.matchAll(/^## (\S+) - (\d\S*)(?: \((.+)\))?$/gm)].map(([, name = '', version = '', license]) => ({
    name,
    version,
    ...(license !== undefined && { license }),
  }))

/** A bill of materials in CycloneDX, which scanners for known holes read. */
export function billOfMaterials(version: string, parts: readonly Part[]): string {
  const unique = new Map(parts.map((part) => [`${part.name}@${part.version}`, part]))
  const components = [...unique.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version: partVersion, license }) => ({
      type: 'library',
      name,
      version: partVersion,
      purl: `pkg:npm/${name.replace('@', '%40')}@${partVersion}`,
      ...(license !== undefined && { licenses: [{ expression: license }] }),
    }))
  const component = { type: 'application', name: 'drydock', version, licenses: [{ expression: 'MIT' }] }
  const bill = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { component }, components }
  return `${JSON.stringify(bill, null, 2)}\n`
}

async function carriedParts(root: string): Promise<Part[]> {
  const lists = ['dist/third-party-licenses.md', 'dist/renderer/third-party-licenses.md']
  const bundled = await Promise.all(
    lists.map(async (name) => partsOf(await readFile(join(root, name), 'utf8'))),
  )
  const beside = await Promise.all(
    ['better-sqlite3', 'electron'].map(async (name) => {
      const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8')
      return JSON.parse(text) as Part
    }),
  )
  return [...bundled.flat(), ...beside]
}

/**
 * Writes `SHA256SUMS`, as `sha256sum --check` reads it, and the bill of materials beside the installers.
 * @param root where the application was built.
 */
export async function describeRelease(
  installers: readonly string[],
  output: string,
  root: string,
): Promise<string[]> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Part
  const parts = await carriedParts(root)
  const bill = join(output, `drydock-${version}.cdx.json`)
  await writeFile(bill, billOfMaterials(version, parts))
  const lines = await Promise.all(
    [...installers, bill].toSorted().map(async (file) => `${await sha256(file)}  ${basename(file)}\n`),
  )
  const sums = join(output, 'SHA256SUMS')
  await writeFile(sums, lines.join(''))
  return [bill, sums]
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
