/** Code that ends the process with 0, and what the header of its file says (docker-executor.md §18.8). */
const cpus: Readonly<Record<string, TinyCpu>> = {
  amd64: { machine: 62, bits: 64, order: 'little', flags: 0, code: '31ff b83c000000 0f05' },
  '386': { machine: 3, bits: 32, order: 'little', flags: 0, code: '31db b801000000 cd80' },
  arm64: { machine: 183, bits: 64, order: 'little', flags: 0, code: '000080d2 a80b80d2 010000d4' },
  arm: { machine: 40, bits: 32, order: 'little', flags: 0x0500_0000, code: '0000a0e3 0170a0e3 000000ef' },
  riscv64: { machine: 243, bits: 64, order: 'little', flags: 0, code: '13050000 9308d005 73000000' },
  ppc64le: { machine: 21, bits: 64, order: 'little', flags: 2, code: '01000038 00006038 02000044' },
  s390x: { machine: 22, bits: 64, order: 'big', flags: 0, code: 'a7290000 0a01' },
}

interface TinyCpu {
  readonly machine: number
  readonly bits: 32 | 64
  readonly order: 'little' | 'big'
  readonly flags: number
  readonly code: string
}

const base = 0x40_0000

/**
 * The smallest program of a CPU: static, it needs nothing of the image it runs in, and ends well where the engine runs
 * such programs at all. `undefined` for a CPU nobody wrote one for.
 */
export function tinyProgram(architecture: string): Buffer | undefined {
  const cpu = cpus[architecture]
  if (cpu === undefined) return undefined
  const { bits, order, machine, flags } = cpu
  const code = Buffer.from(cpu.code.replaceAll(' ', ''), 'hex')
  const isLong = bits === 64
  const [headerSize, segmentSize] = isLong ? [64, 56] : [52, 32]
  const begin = headerSize + segmentSize
  const file = Buffer.alloc(begin + code.length)
  let at = 0
  const put = (size: 2 | 4 | 8, value: number) => {
    if (size === 8) file[order === 'little' ? 'writeBigUInt64LE' : 'writeBigUInt64BE'](BigInt(value), at)
    else file[order === 'little' ? 'writeUIntLE' : 'writeUIntBE'](value, at, size)
    at += size
  }
  const word = isLong ? 8 : 4
  file.set([0x7f, 0x45, 0x4c, 0x46, isLong ? 2 : 1, order === 'little' ? 1 : 2, 1])
  at = 16
  put(2, 2)
  put(2, machine)
  put(4, 1)
  put(word, base + begin)
  put(word, headerSize)
  put(word, 0)
  put(4, flags)
  for (const half of [headerSize, segmentSize, 1, 0, 0, 0]) put(2, half)
  put(4, 1)
  if (isLong) put(4, 5)
  put(word, 0)
  put(word, base)
  put(word, base)
  put(word, file.length)
  put(word, file.length)
  if (!isLong) put(4, 5)
  put(word, 0x1000)
  file.set(code, begin)
  return file
}
