import { drydockVersion, compatibleVersion } from '../engine/version.ts'
import type { Command } from './command.ts'
import type { CommandRow } from './commands.ts'
import { globalOptions } from './common-options.ts'
import type { Option } from './option.ts'
import { written } from './parse-options.ts'

export const versionText = () =>
  [
    `Version:      ${drydockVersion}`,
    `Runner:       ${compatibleVersion} (GitLab Runner whose behaviour is matched)`,
    `Node.js:      ${process.version}`,
    `OS/Arch:      ${process.platform}/${process.arch}`,
  ].join('\n')

export function overview(commands: readonly CommandRow[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'Drydock runs GitLab CI jobs in Docker on this machine.',
    '',
    'Usage: drydock [global options] COMMAND [options]',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Global options:',
    ...optionLines(globalOptions),
    '',
    'drydock COMMAND --help tells the options of a command.',
  ].join('\n')
}

export function commandHelp(
  { name, summary }: CommandRow,
  { options, verbs, arguments: known = [] }: Command,
): string {
  const verb = verbs === undefined ? '' : ` ${verbs.join('|')}`
  const more = known.map((argument) => ` [${argument}]`).join('')
  return [
    summary,
    '',
    `Usage: drydock ${name}${verb}${more} [options]`,
    '',
    'Options:',
    ...optionLines(options),
  ].join('\n')
}

function optionLines(options: readonly Option[]): string[] {
  const heads = options.map(({ names, kind }) => {
    const value = { text: ' TEXT', number: ' N', flag: '', list: ' TEXT …', map: ' NAME:VALUE …' }[kind]
    const [short, long] = [names.filter(isShort), names.filter((name) => !isShort(name))]
    return [...short, ...long].map(written).join(', ') + value
  })
  const width = Math.min(Math.max(...heads.map((head) => head.length)), 34)
  return options.map(({ help, env }, index) => {
    const variable = env === undefined ? '' : ` [$${env}]`
    return `  ${(heads[index] ?? '').padEnd(width)}  ${help}${variable}`
  })
}

const isShort = (name: string) => name.length === 1
