import { isTable, type TomlTable, type TomlValue } from '../../engine/config/toml-write.ts'
import { CommandFailure } from '../command.ts'
import type { Prompt } from '../prompt.ts'

/** Completes an entry with executor, image and a place for caches. @throws CommandFailure */
export async function askExecutor(entry: TomlTable, prompt: Prompt): Promise<TomlTable> {
  const executor = await askUntil(prompt, 'Enter an executor: docker', textOf(entry['executor']), {
    isGood: (answer) => answer === 'docker',
    complaint: (answer) =>
      answer === ''
        ? 'The executor is missing; use --executor docker.'
        : `Drydock has no executor "${answer}"; use docker.`,
  })
  const docker = isTable(entry['docker']) ? entry['docker'] : {}
  const image = await askUntil(
    prompt,
    'Enter the default Docker image (for example, alpine:latest):',
    textOf(docker['image']),
    {
      isGood: (answer) => answer !== '',
      complaint: () => 'The default image is missing; use --docker-image.',
    },
  )
  return { ...entry, executor, docker: { ...docker, image, ...cacheVolume(docker) } }
}

/** Without a volume of its own `/cache` would be lost with every container. */
function cacheVolume(docker: TomlTable): { readonly volumes?: readonly TomlValue[] } {
  const volumes = Array.isArray(docker['volumes']) ? (docker['volumes'] as readonly TomlValue[]) : []
  const isCache = (volume: TomlValue) => typeof volume === 'string' && volume.split(':').at(-1) === '/cache'
  if (docker['disable_cache'] === true || volumes.some(isCache)) return {}
  return { volumes: [...volumes, '/cache'] }
}

const textOf = (value: TomlValue | undefined) => (typeof value === 'string' ? value : '')

interface Judgement {
  isGood(answer: string): boolean
  complaint(answer: string): string
}

/** Asks again after a wrong answer, unless the answer did not change: then nobody is there to mend it. */
async function askUntil(
  prompt: Prompt,
  question: string,
  present: string,
  judge: Judgement,
): Promise<string> {
  let refused: string | undefined
  for (;;) {
    const answer = await prompt.ask(question, present)
    if (judge.isGood(answer)) return answer
    if (answer === refused || answer === present) throw new CommandFailure(judge.complaint(answer))
    refused = answer
  }
}
