import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import type { Clock } from '../clock.ts'
import { replaceFile } from '../config/replace-file.ts'
import type { JobProject, Thing, Usage } from '../docker/usage.ts'

const use = z.object({ at: z.number(), project: z.string() })
const remembered = z.object({
  /** By thing. */
  uses: z.record(z.string(), use).default({}),
  /** Names under which Drydock pulled an image, by the image's id. */
  pulled: z.record(z.string(), z.array(z.string())).default({}),
  /** Projects that a registry gave an image for credentials of theirs, by the image's id; other images are anybody's. */
  proved: z.record(z.string(), z.array(z.string())).default({}),
  /** Paths of projects, by id. */
  projects: z.record(z.string(), z.string()).default({}),
})
type Remembered = z.output<typeof remembered>

/** When things were last used and by whom; which images Drydock pulled; what running jobs hold. */
export interface UsageLog extends Usage {
  lastUse(thing: Thing): { readonly at: number; readonly project: string } | undefined
  isHeld(thing: Thing): boolean
  /** Names under which Drydock pulled the image; none for an image somebody else brought. */
  pulledNames(imageId: string): readonly string[]
  projectPath(id: string): string | undefined
  /** Runs a removal unless a job holds the thing. Jobs that want it wait. @returns whether it ran. */
  removing(things: readonly Thing[], remove: () => Promise<void>): Promise<boolean>
  /** Resolves when everything noted is on the disk. */
  saved(): Promise<void>
}

/** @param file a JSON file; one that is missing or damaged only costs memories. */
export async function openUsageLog(file: string, clock: Clock): Promise<UsageLog> {
  const memory = await load(file)
  const held = new Map<Thing, number>()
  const removals = new Map<Thing, Promise<void>>()
  let saving: Promise<void> = Promise.resolve()
  let isDirty = false

  /** However much is noted while a save runs, one more follows it. */
  const save = () => {
    if (isDirty) return
    isDirty = true
    saving = saving.then(async () => {
      isDirty = false
      // What cannot be remembered is no reason to stop.
      await replaceFile(file, JSON.stringify(memory)).catch(() => undefined)
    })
  }
  const note = (thing: Thing, project: string) => {
    memory.uses[thing] = { at: clock.now(), project }
  }

  return {
    begin: ({ id, path }: JobProject) => {
      const mine = new Set<Thing>()
      // Two GitLab servers may use the same number.
      const project = `${id} ${path}`
      memory.projects[id] = path
      return {
        hold: async (thing) => {
          while (removals.has(thing)) await removals.get(thing)
          if (!mine.has(thing)) held.set(thing, (held.get(thing) ?? 0) + 1)
          mine.add(thing)
          note(thing, path)
        },
        pulled: ({ id: image, name }) => {
          memory.pulled[image] = [...new Set([...(memory.pulled[image] ?? []), name])]
          save()
        },
        renewed: ({ from, id: image, name }) => {
          const isOurs = memory.pulled[from]?.includes(name) === true
          if (isOurs) memory.pulled[image] = [...new Set([...(memory.pulled[image] ?? []), name])]
          save()
        },
        proved: (image) => {
          memory.proved[image] = [...new Set([...(memory.proved[image] ?? []), project])]
          save()
        },
        mayUse: (image) => memory.proved[image]?.includes(project) ?? true,
        [Symbol.dispose]: () => {
          for (const thing of mine) {
            note(thing, path)
            const others = (held.get(thing) ?? 1) - 1
            if (others > 0) held.set(thing, others)
            else held.delete(thing)
          }
          mine.clear()
          save()
        },
      }
    },
    lastUse: (thing) => memory.uses[thing],
    isHeld: (thing) => held.has(thing),
    pulledNames: (id) => memory.pulled[id] ?? [],
    projectPath: (id) => memory.projects[id],
    removing: async (things, remove) => {
      if (things.some((thing) => held.has(thing) || removals.has(thing))) return false
      const { promise, resolve } = Promise.withResolvers<void>()
      for (const thing of things) removals.set(thing, promise)
      try {
        await remove()
        for (const thing of things) {
          delete memory.uses[thing]
          delete memory.pulled[thing.replace(/^image /, '')]
          delete memory.proved[thing.replace(/^image /, '')]
        }
        save()
        return true
      } finally {
        for (const thing of things) removals.delete(thing)
        resolve()
      }
    },
    saved: () => saving,
  }
}

async function load(file: string): Promise<Remembered> {
  const nothing = { uses: {}, pulled: {}, proved: {}, projects: {} }
  try {
    return remembered.catch(nothing).parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return nothing
  }
}
