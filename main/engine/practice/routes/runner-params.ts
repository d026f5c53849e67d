import { z } from 'zod'

import type { RunnerSettings } from '../runner-book.ts'

export const accessLevel = z.enum(['not_protected', 'ref_protected']).nullish()

/** Tags as a list, or as one text with commas. */
const tagList = z
  .union([z.string().transform((text) => text.split(',')), z.array(z.string())])
  .transform((tags) => [...new Set(tags.map((tag) => tag.trim()).filter(Boolean))])
  .nullish()

export const settingsParams = {
  description: z.string().nullish(),
  maintenance_note: z.string().max(1024).nullish(),
  tag_list: tagList,
  run_untagged: z.boolean().nullish(),
  locked: z.boolean().nullish(),
  paused: z.boolean().nullish(),
  access_level: accessLevel,
  maximum_timeout: z.int().nullish(),
}
const settings = z.object(settingsParams)

/** The parameters in our words; those not given stay away. */
export const settingsFrom = (params: z.output<typeof settings>): RunnerSettings => ({
  description: params.description ?? undefined,
  maintenanceNote: params.maintenance_note ?? undefined,
  tags: params.tag_list ?? undefined,
  runUntagged: params.run_untagged ?? undefined,
  locked: params.locked ?? undefined,
  paused: params.paused ?? undefined,
  accessLevel: params.access_level ?? undefined,
  maximumTimeout: params.maximum_timeout ?? undefined,
})
