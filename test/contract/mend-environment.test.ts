import { execFileSync } from 'node:child_process'

import { describe, expect, it } from 'vitest'

import {
  destroysPath,
  foldersOfPath,
  moveToScript,
  wantsShell,
} from '../../main/contract/mend-environment.ts'

describe('an entry of environment that only a shell understands', () => {
  it.each([
    ['PATH=$PATH:/opt/bin', true],
    ['SDK_BIN=${SDK_HOME}/bin', true],
    ['PRICE=5$', false],
    ['PRICE=$$HOME', false],
    ['SDK_HOME=/opt/sdk', false],
    ['SDK_HOME', false],
    ['not a name=$HOME', false],
  ])('%s: %s', (entry, wants) => expect(wantsShell(entry)).toBe(wants))

  it.each([
    { entry: 'PATH=/opt/bin:$PATH', line: 'export PATH="/opt/bin:$PATH"\n' },
    { entry: 'PATH=$PATH', line: '' },
    { entry: 'PATH=${PATH}', line: '' },
    {
      entry: 'SAYS=a "word" of `date` \\ $USER',
      line: 'export SAYS="a \\"word\\" of \\`date\\` \\\\ $USER"\n',
    },
    { entry: 'PRICE=$$5 of $USER', line: 'export PRICE="\\$5 of $USER"\n' },
  ])('becomes a line before the others: $entry', ({ entry, line }) => {
    expect(moveToScript(['A=1', entry, 'B=2'], 1, 'make\n')).toEqual({
      environment: ['A=1', 'B=2'],
      script: `${line}make\n`,
    })
  })

  it('means in the shell what was written', () => {
    const { script } = moveToScript(['SAYS=a "word" `x` \\n $$5 of $USER'], 0, '')
    const said = execFileSync('sh', ['-c', `${script}printf '%s' "$SAYS"`], { env: { USER: 'me' } })
    expect(said.toString()).toBe('a "word" `x` \\n $5 of me')
  })
})

it.each([
  ['PATH=/opt/bin:$PATH', true],
  ['PATH=/opt/bin:/usr/bin', false],
  ['SDK_PATH=$PATH', false],
])('%s takes the image’s PATH away: %s', (entry, destroys) => expect(destroysPath(entry)).toBe(destroys))

it.each([
  ['PATH=$PATH:/opt/bin:/opt/sdk/bin', ['/opt/bin', '/opt/sdk/bin']],
  ['PATH=/opt/bin:${PATH}', ['/opt/bin']],
  ['PATH=$PATH', []],
  ['LD_LIBRARY_PATH=/opt/lib', []],
])('%s adds %j', (entry, folders) => expect(foldersOfPath(entry)).toEqual(folders))
