import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { describeRelease } from '../../resources/release/describe-release.ts'
import { tempDir } from '../support/temp-dir.ts'

describe('a release', () => {
  it('tells the sums of its files, and what it is made of', async () => {
    await using folder = await tempDir()
    const write = async (name: string, text: string) => {
      await mkdir(join(folder.path, name, '..'), { recursive: true })
      await writeFile(join(folder.path, name), text)
    }
    await write('package.json', '{"version":"0.1.0"}')
    await write('dist/third-party-licenses.md', '# Licenses\n\n## @scope/b - 1.2.3 (MIT)\n\ntext\n')
    await write('dist/renderer/third-party-licenses.md', '## a - 2.0.0\n\n## @scope/b - 1.2.3 (MIT)\n')
    for (const name of ['better-sqlite3', 'electron'])
      await write(
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version: '9.9.9', license: 'MIT' }),
      )
    await write('out/Drydock.AppImage', 'abc')
    const output = join(folder.path, 'out')
    const files = await describeRelease([join(output, 'Drydock.AppImage')], output, folder.path)
    const [bill, sums] = await Promise.all(files.map((file) => readFile(file, 'utf8')))
    expect(sums?.split('\n')).toEqual([
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  Drydock.AppImage',
      expect.stringMatching(/^[\da-f]{64} {2}drydock-0\.1\.0\.cdx\.json$/),
      '',
    ])
    expect(JSON.parse(bill ?? '')).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'drydock', version: '0.1.0' } },
      components: [
        { name: '@scope/b', purl: 'pkg:npm/%40scope/b@1.2.3', licenses: [{ expression: 'MIT' }] },
        { name: 'a', purl: 'pkg:npm/a@2.0.0' },
        { name: 'better-sqlite3', version: '9.9.9' },
        { name: 'electron', version: '9.9.9' },
      ],
    })
  })
})
