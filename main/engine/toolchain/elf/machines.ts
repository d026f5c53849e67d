import type { Elf } from './read-elf.ts'

type Cpu = Pick<Elf, 'machine' | 'bits' | 'order'>

/** CPUs by the name images go by (docker-executor.md §18.8). */
const cpus: Readonly<Record<string, Cpu & { readonly musl: string }>> = {
  amd64: { machine: 62, bits: 64, order: 'little', musl: 'x86_64' },
  '386': { machine: 3, bits: 32, order: 'little', musl: 'i386' },
  arm64: { machine: 183, bits: 64, order: 'little', musl: 'aarch64' },
  arm: { machine: 40, bits: 32, order: 'little', musl: 'armhf' },
  riscv64: { machine: 243, bits: 64, order: 'little', musl: 'riscv64' },
  ppc64le: { machine: 21, bits: 64, order: 'little', musl: 'powerpc64le' },
  s390x: { machine: 22, bits: 64, order: 'big', musl: 's390x' },
  loong64: { machine: 258, bits: 64, order: 'little', musl: 'loongarch64' },
  mips64le: { machine: 8, bits: 64, order: 'little', musl: 'mips64el' },
}

const names: Readonly<Record<number, string>> = {
  3: 'i386',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC 64',
  22: 'S/390',
  40: 'ARM',
  62: 'x86-64',
  183: 'AArch64',
  243: 'RISC-V',
  258: 'LoongArch',
}

export const machineName = (machine: number) => names[machine] ?? `machine ${machine}`

/** The architecture of images such a file runs in; `undefined` for CPUs no image is made for. */
export const architectureOf = (elf: Cpu): string | undefined =>
  Object.entries(cpus).find(([, cpu]) => isSameCpu(cpu, elf))?.[0]

export const isSameCpu = (a: Cpu, b: Cpu) =>
  a.machine === b.machine && a.bits === b.bits && a.order === b.order

/** Does a processor of this architecture run it? 32-bit programs of x86 run on 64-bit kernels. */
export function runsOn(architecture: string, elf: Cpu): boolean {
  const cpu = cpus[architecture]
  if (cpu === undefined) return false
  if (isSameCpu(cpu, elf)) return true
  return architecture === 'amd64' && elf.machine === 3
}

/** Where musl's loader lies in images of this architecture. */
export const muslLoader = (architecture: string) =>
  `/lib/ld-musl-${cpus[architecture]?.musl ?? architecture}.so.1`
