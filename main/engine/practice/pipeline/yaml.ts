import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Tags,
  type YAMLMap,
} from 'yaml'

export type Path = readonly PropertyKey[]

export interface YamlText {
  /** Undefined when there are errors. */
  readonly content: unknown
  readonly errors: readonly { readonly line: number; readonly message: string }[]
  /** The 1-based line where a key stands, or the nearest key above it that does. */
  readonly lineOf: (path: Path) => number
}

/** Reads YAML as GitLab does. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, { version: '1.1', customTags: asGitLabReads, lineCounter: lines })
  // A warning is a tag nobody knows here, such as !reference: its value would be taken for something else.
  const errors = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    message: message.split('\n')[0] ?? 'not YAML',
  }))
  const lineOf = (path: Path) => findLine(document, path, lines)
  if (errors.length > 0) return { content: undefined, errors, lineOf }
  try {
    return { content: document.toJS(), errors, lineOf }
  } catch (error) {
    // Aliases that multiply without end, or that stand for themselves.
    return { content: undefined, errors: [{ line: 1, message: (error as Error).message }], lineOf }
  }
}

// GitLab reads YAML 1.1 as Ruby does: merge keys, and yes, no, on and off are booleans, but y and n are not.
function asGitLabReads(tags: Tags): Tags {
  return tags.map((tag) => {
    if (typeof tag !== 'object' || tag.collection || tag.tag !== 'tag:yaml.org,2002:bool') return tag
    const isTrue = tag.test?.test('yes') ?? false
    const test = isTrue ? /^([Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/ : /^([Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/
    return { ...tag, test }
  })
}

/** The line of the deepest part of `path` that stands in the file; merged keys have none of their own. */
function findLine(document: Document, path: Path, lines: LineCounter): number {
  let line = 1
  let node: unknown = document.contents
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document)
    // A single item may stand for a list of it, and a value for the map that holds it.
    if (isScalar(node) || (isMap(node) && typeof key === 'number')) continue
    const item = isSeq(node) ? node.items[Number(key)] : isMap(node) ? pairOf(node, String(key)) : undefined
    if (item === undefined) break
    const place = isPair(item) ? item.key : item
    if (isNode(place) && place.range) line = lines.linePos(place.range[0]).line
    node = isPair(item) ? item.value : item
  }
  return line
}

const pairOf = (map: YAMLMap, name: string) =>
  map.items.find(({ key }) => isScalar(key) && String(key.value) === name)
