import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { openElf } from '../../../../main/engine/toolchain/elf/elf-file.ts'
import { readElf, type Elf } from '../../../../main/engine/toolchain/elf/read-elf.ts'

const readelf = ['/usr/bin/readelf', '/usr/local/bin/readelf'].find((path) => existsSync(path))

/** Programs and libraries of this machine, and what it has of other CPUs. */
function samples(): string[] {
  const folders = [
    '/usr/bin',
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/lib',
    '/usr/aarch64-linux-gnu/lib',
  ]
  const paths = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .map((name) => join(folder, name))
        .filter((path) => existsSync(path) && statSync(path).isFile()),
    )
  return paths.filter((path) => openElf(path).elf !== undefined)
}

/** The same facts in binutils' words. */
function byReadelf(path: string): Partial<Elf> {
  const printed = execFileSync(readelf!, ['-W', '-h', '-l', '-d', '-V', path], {
    maxBuffer: 1 << 28,
  }).toString()
  const all = (pattern: RegExp, text = printed) => [...text.matchAll(pattern)].map((match) => match[1]!)
  const one = (pattern: RegExp) => pattern.exec(printed)?.[1]
  const part = (title: string) => printed.split(/\n(?=Version )/).find((text) => text.startsWith(title)) ?? ''
  const needs = part('Version needs')
  const folders = (pattern: RegExp) => (one(pattern) ?? '').split(':').filter(Boolean)
  return {
    bits: one(/Class:\s+ELF(\d+)/) === '64' ? 64 : 32,
    order: printed.includes('little endian') ? 'little' : 'big',
    interpreter: one(/program interpreter: (.*)\]/),
    needed: all(/\(NEEDED\)\s+Shared library: \[(.*)\]/g),
    soname: one(/\(SONAME\)\s+Library soname: \[(.*)\]/),
    rpath: folders(/\(RPATH\)\s+Library rpath: \[(.*)\]/),
    runpath: folders(/\(RUNPATH\)\s+Library runpath: \[(.*)\]/),
    versionNeeds: needs
      .split(/\n(?=\s+\S+: Version: )/)
      .slice(1)
      .map((text) => ({
        file: /File: (\S+)/.exec(text)![1]!,
        versions: [...text.matchAll(/Name: (\S+)\s+Flags: (.*?)\s+Version:/g)].map((match) => ({
          name: match[1]!,
          weak: match[2]!.includes('WEAK'),
        })),
      })),
    versionsDefined: [...part('Version definition').matchAll(/Flags: (.*?)\s+Index:.*Name: (\S+)/g)]
      .filter((match) => !match[1]!.includes('BASE'))
      .map((match) => match[2]!),
  }
}

describe('an ELF file', () => {
  it.skipIf(readelf === undefined)(
    `says what readelf says, for every program and library here${readelf === undefined ? ' (skipped: binutils is not installed)' : ''}`,
    () => {
      const all = samples()
      const chosen = all.filter((_, index) => index % Math.max(1, Math.floor(all.length / 150)) === 0)
      const differing = chosen.flatMap((path) => {
        const { machine, type, flags, oldestKernel, isaNeeded, ...ours } = openElf(path).elf!
        return JSON.stringify(ours, sorted) === JSON.stringify(byReadelf(path), sorted)
          ? []
          : [{ path, ours, theirs: byReadelf(path) }]
      })
      expect(chosen.length).toBeGreaterThan(20)
      expect(differing).toEqual([])
    },
    60_000,
  )

  it('names its CPU, its kernel, its loader', () => {
    const elf = openElf(process.execPath).elf!
    expect({ machine: elf.machine, bits: elf.bits, linked: elf.needed.includes('libc.so.6') }).toEqual({
      machine: process.arch === 'arm64' ? 183 : 62,
      bits: 64,
      linked: true,
    })
    expect(openElf('/bin/ls').elf?.oldestKernel).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('is nothing where it is broken, wherever it is broken', () => {
    const bytes = readFileSync('/bin/true')
    fc.assert(
      fc.property(
        fc.nat(bytes.length),
        fc.array(fc.tuple(fc.nat(4096), fc.nat(255)), { maxLength: 12 }),
        (length, changes) => {
          const broken = Buffer.from(bytes.subarray(0, length))
          for (const [at, value] of changes) if (at < broken.length) broken[at] = value
          const elf = readElf((offset, size) => broken.subarray(offset, offset + size))
          expect(elf === undefined || typeof elf.machine === 'number').toBe(true)
        },
      ),
      { numRuns: 500 },
    )
    expect(readElf(() => Buffer.from('#!/bin/sh\n'))).toBeUndefined()
  })
})

const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
