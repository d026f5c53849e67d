import { say } from '../../../contract/sentences/say.ts'
import type { ToolchainEditPreview } from '../../../contract/toolchain.ts'
import type { ConfigStore } from '../../config/config-store.ts'
import { lintConfig, type LintOptions } from '../../config/lint.ts'
import { parseConfig } from '../../config/parse-config.ts'
import { runnerSection } from '../../config/runner-section.ts'
import type { Config, RunnerConfig } from '../../config/schema.ts'
import { ToolchainProblem } from '../toolchain.ts'
import type { ToolchainPlan } from './plan-edit.ts'

/** What a plan would make of the file as it is now. @throws ToolchainProblem */
export async function previewPlan(
  store: Pick<ConfigStore, 'read' | 'file'>,
  plan: ToolchainPlan,
  options: LintOptions,
): Promise<ToolchainEditPreview> {
  const { text, revision } = await store.read()
  const config = requireConfig(parseConfig(text, options).config)
  const after = plan.change(text, config)
  const changed = changedRunners(config, text, after)
  const { problems, advice } = lintConfig(after, options)
  return {
    revision,
    file: store.file,
    runners: changed.map(({ name, before, after }) => ({ name, before, after })),
    problems: [...problems, ...advice].filter(({ path }) =>
      changed.some(({ index }) => path.startsWith(`runners[${index}]`)),
    ),
  }
}

/**
 * Carries a plan out.
 * @param basedOn the revision the user saw.
 * @returns the runners that changed, or `conflict` where the file says something else by now.
 * @throws ToolchainProblem before anything is done.
 */
export async function carryOut(
  store: Pick<ConfigStore, 'edit' | 'current'>,
  plan: ToolchainPlan,
  basedOn?: string,
): Promise<readonly RunnerConfig[] | 'conflict'> {
  const tried = await store.edit((text, config) => {
    plan.change(text, requireConfig(config))
    return text
  }, basedOn)
  if (tried === 'conflict') return 'conflict'
  await plan.before()
  let changed: readonly number[] = []
  const answer = await store.edit((text, config) => {
    const known = requireConfig(config)
    const after = plan.change(text, known)
    changed = changedRunners(known, text, after).map(({ index }) => index)
    return after
  }, basedOn)
  if (answer === 'conflict') return 'conflict'
  await plan.after()
  const { runners } = store.current()
  return changed.flatMap((index) => runners[index] ?? [])
}

const changedRunners = ({ runners }: Config, before: string, after: string) =>
  runners
    .map(({ name }, index) => ({
      index,
      name,
      before: runnerSection(before, index),
      after: runnerSection(after, index),
    }))
    .filter((runner) => runner.before !== runner.after)

function requireConfig(config: Config | undefined): Config {
  if (config === undefined) throw new ToolchainProblem(`${say('toolchain-file-errors')}.`)
  return config
}
