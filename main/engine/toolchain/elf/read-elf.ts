/** What the loader wants of another file: the versions of its symbols. */
export interface VersionNeed {
  readonly file: string
  readonly versions: readonly { readonly name: string; readonly weak: boolean }[]
}

/** What an ELF file says of itself, as far as it decides where it runs (docker-executor.md §18.8). */
export interface Elf {
  /** `e_machine`: 62 is x86-64, 183 AArch64, … */
  readonly machine: number
  readonly bits: 32 | 64
  readonly order: 'little' | 'big'
  readonly type: 'program' | 'shared' | 'other'
  /** `e_flags`; of ARM they tell the float ABI. */
  readonly flags: number
  readonly interpreter: string | undefined
  readonly needed: readonly string[]
  readonly soname: string | undefined
  readonly rpath: readonly string[]
  readonly runpath: readonly string[]
  readonly versionNeeds: readonly VersionNeed[]
  readonly versionsDefined: readonly string[]
  /** `major.minor.patch` of the oldest Linux kernel. */
  readonly oldestKernel: string | undefined
  /** Bits of x86 ISA levels that the processor must have. */
  readonly isaNeeded: number
}

/** Random access to a file's bytes. Fewer come back where it ends. */
export type ReadAt = (offset: number, length: number) => Buffer

const magic = 0x7f45_4c46
const segments = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const
const tags = {
  needed: 1,
  stringTable: 5,
  stringSize: 10,
  soname: 14,
  rpath: 15,
  runpath: 29,
  versionDefinitions: 0x6fff_fffc,
  versionDefinitionCount: 0x6fff_fffd,
  versionNeeds: 0x6fff_fffe,
  versionNeedCount: 0x6fff_ffff,
} as const

// No real file comes near; a broken one must not make us read gigabytes.
const most = {
  segments: 4096,
  dynamic: 1 << 20,
  strings: 1 << 26,
  notes: 1 << 16,
  versions: 1 << 16,
  entries: 1 << 16,
}

/**
 * Reads program headers only, for section headers may be stripped.
 * @returns `undefined` where the file is no ELF file, or is broken.
 */
export function readElf(read: ReadAt): Elf | undefined {
  try {
    return parse(read)
  } catch (error) {
    // What lies beyond any file's end is refused by the buffer or by the system.
    if (error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'EINVAL') return undefined
    throw error
  }
}

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly size: number
}

function parse(read: ReadAt): Elf | undefined {
  const head = read(0, 64)
  if (head.length < 52 || head.readUInt32BE(0) !== magic) return undefined
  const bits = head[4] === 2 ? 64 : head[4] === 1 ? 32 : undefined
  const order = head[5] === 1 ? 'little' : head[5] === 2 ? 'big' : undefined
  if (bits === undefined || order === undefined) return undefined
  const at = accessors(bits, order)
  const isWide = bits === 64

  const type = at.u16(head, 16)
  const programHeaders = at.word(head, isWide ? 32 : 28)
  const headerSize = at.u16(head, isWide ? 54 : 42)
  const count = Math.min(at.u16(head, isWide ? 56 : 44), most.segments)
  if (headerSize > 256) return undefined
  const table = count === 0 ? Buffer.alloc(0) : read(programHeaders, headerSize * count)
  const all: Segment[] = Array.from({ length: count }, (_, index) => {
    const base = index * headerSize
    return {
      type: at.u32(table, base),
      offset: at.word(table, base + (isWide ? 8 : 4)),
      address: at.word(table, base + (isWide ? 16 : 8)),
      size: at.word(table, base + (isWide ? 32 : 16)),
    }
  })
  const interpreter = all.find((segment) => segment.type === segments.interpreter)
  const dynamic = readDynamic(read, all, at)
  return {
    machine: at.u16(head, 18),
    bits,
    order,
    type: type === 2 ? 'program' : type === 3 ? 'shared' : 'other',
    flags: at.u32(head, isWide ? 48 : 36),
    interpreter: interpreter && textOf(read(interpreter.offset, Math.min(interpreter.size, 4096)), 0),
    ...dynamic,
    ...readNotes(read, all, at),
  }
}

type Accessors = ReturnType<typeof accessors>

function accessors(bits: 32 | 64, order: 'little' | 'big') {
  const little = order === 'little'
  const u16 = (bytes: Buffer, offset: number) =>
    little ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset)
  const u32 = (bytes: Buffer, offset: number) =>
    little ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset)
  const u64 = (bytes: Buffer, offset: number) =>
    Number(little ? bytes.readBigUInt64LE(offset) : bytes.readBigUInt64BE(offset))
  return { u16, u32, word: bits === 64 ? u64 : u32, wordSize: bits / 8 }
}

type Dynamic = Pick<Elf, 'needed' | 'soname' | 'rpath' | 'runpath' | 'versionNeeds' | 'versionsDefined'>

function readDynamic(read: ReadAt, all: readonly Segment[], at: Accessors): Dynamic {
  const segment = all.find(({ type }) => type === segments.dynamic)
  const none = {
    needed: [],
    soname: undefined,
    rpath: [],
    runpath: [],
    versionNeeds: [],
    versionsDefined: [],
  }
  if (segment === undefined) return none
  const bytes = read(segment.offset, Math.min(segment.size, most.dynamic))
  const entries: (readonly [number, number])[] = []
  for (let offset = 0; offset + 2 * at.wordSize <= bytes.length; offset += 2 * at.wordSize) {
    const tag = at.word(bytes, offset)
    if (tag === 0) break
    entries.push([tag, at.word(bytes, offset + at.wordSize)])
  }
  const value = (tag: number) => entries.find(([known]) => known === tag)?.[1]

  // Addresses of the table are those in memory.
  const offsetOf = (address: number) => {
    const load = all.find(
      (one) => one.type === segments.load && address >= one.address && address < one.address + one.size,
    )
    return load === undefined ? address : address - load.address + load.offset
  }
  const stringsAt = value(tags.stringTable)
  if (stringsAt === undefined) return none
  const size = Math.min(value(tags.stringSize) ?? 0, most.strings)
  const strings = read(offsetOf(stringsAt), size)
  const text = (offset: number) => textOf(strings, offset)
  const folders = (tag: number) => {
    const offset = value(tag)
    return offset === undefined ? [] : text(offset).split(':').filter(Boolean)
  }
  const soname = value(tags.soname)
  const needsAt = value(tags.versionNeeds)
  const definedAt = value(tags.versionDefinitions)
  // Their strings and they themselves lie close together; how long they are is not said anywhere.
  const room = (address: number) => read(offsetOf(address), most.versions)
  return {
    needed: entries.filter(([tag]) => tag === tags.needed).map(([, offset]) => text(offset)),
    soname: soname === undefined ? undefined : text(soname),
    rpath: folders(tags.rpath),
    runpath: folders(tags.runpath),
    versionNeeds:
      needsAt === undefined ? [] : readNeeds(room(needsAt), value(tags.versionNeedCount) ?? 0, text, at),
    versionsDefined:
      definedAt === undefined
        ? []
        : readDefined(room(definedAt), value(tags.versionDefinitionCount) ?? 0, text, at),
  }
}

function readNeeds(
  bytes: Buffer,
  count: number,
  text: (offset: number) => string,
  at: Accessors,
): VersionNeed[] {
  const needs: VersionNeed[] = []
  let entry = 0
  for (let index = 0; index < Math.min(count, most.entries); index++) {
    const versions: { name: string; weak: boolean }[] = []
    let aux = entry + at.u32(bytes, entry + 8)
    for (let left = at.u16(bytes, entry + 2); left > 0; left--) {
      versions.push({ name: text(at.u32(bytes, aux + 8)), weak: (at.u16(bytes, aux + 4) & 2) !== 0 })
      aux += at.u32(bytes, aux + 12)
    }
    needs.push({ file: text(at.u32(bytes, entry + 4)), versions })
    const next = at.u32(bytes, entry + 12)
    if (next === 0) break
    entry += next
  }
  return needs
}

function readDefined(
  bytes: Buffer,
  count: number,
  text: (offset: number) => string,
  at: Accessors,
): string[] {
  const names: string[] = []
  let entry = 0
  for (let index = 0; index < Math.min(count, most.entries); index++) {
    const isBase = (at.u16(bytes, entry + 2) & 1) !== 0
    if (!isBase) names.push(text(at.u32(bytes, entry + at.u32(bytes, entry + 12))))
    const next = at.u32(bytes, entry + 16)
    if (next === 0) break
    entry += next
  }
  return names
}

const gnu = { abi: 1, properties: 5, isaNeeded: 0xc000_8002 } as const

function readNotes(
  read: ReadAt,
  all: readonly Segment[],
  at: Accessors,
): Pick<Elf, 'oldestKernel' | 'isaNeeded'> {
  let oldestKernel: string | undefined
  let isaNeeded = 0
  for (const { offset, size } of all.filter(({ type }) => type === segments.note)) {
    const bytes = read(offset, Math.min(size, most.notes))
    for (let note = 0; note + 12 <= bytes.length;) {
      const nameSize = at.u32(bytes, note)
      const size = at.u32(bytes, note + 4)
      const type = at.u32(bytes, note + 8)
      const content = note + 12 + up(nameSize, 4)
      if (content + size > bytes.length) break
      const isGnu = bytes.toString('latin1', note + 12, note + 16) === 'GNU\0'
      if (isGnu && type === gnu.abi && size >= 16 && at.u32(bytes, content) === 0)
        oldestKernel = [4, 8, 12].map((more) => at.u32(bytes, content + more)).join('.')
      if (isGnu && type === gnu.properties) isaNeeded |= isaIn(bytes.subarray(content, content + size), at)
      note = content + up(size, 4)
    }
  }
  return { oldestKernel, isaNeeded }
}

function isaIn(properties: Buffer, at: Accessors): number {
  let found = 0
  for (let offset = 0; offset + 8 <= properties.length;) {
    const size = at.u32(properties, offset + 4)
    if (at.u32(properties, offset) === gnu.isaNeeded && size >= 4) found |= at.u32(properties, offset + 8)
    offset += 8 + up(size, at.wordSize)
  }
  return found
}

const up = (size: number, to: number) => Math.ceil(size / to) * to

function textOf(bytes: Buffer, from: number): string {
  if (from >= bytes.length) throw new RangeError('a name lies behind the end of the file')
  const end = bytes.indexOf(0, from)
  return bytes.toString('utf8', from, end < 0 ? bytes.length : end)
}
