import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { slugOf } from '../../../main/engine/variables/dirs.ts'
import { aContext, aPayload, variables, type GivenParts } from '../../support/job-context.ts'

const dirsFor = (given: GivenParts, values: Record<string, string> = {}) =>
  aContext({ ...given, job: { ...given.job, variables: variables(values) } }).dirs
const withRepo = (repoUrl: string): GivenParts => ({ job: { git: { ...aPayload().git, repoUrl } } })

describe('directories of a job', () => {
  it('are named after the project', () =>
    expect(dirsFor({})).toEqual({
      builds: '/builds',
      project: '/builds/acme/web/shop',
      tmp: '/builds/acme/web/shop.tmp',
      cache: '/cache/acme/web/shop',
    }))

  it('follow builds_dir and cache_dir', () =>
    expect(dirsFor({ runner: { builds_dir: '/desk/', cache_dir: '/store' } })).toMatchObject({
      project: '/desk/acme/web/shop',
      cache: '/store/acme/web/shop',
    }))

  it.each([
    ['/srv/builds:/builds', '/builds/AbCdEfGhI/3/acme/web/shop'],
    ['/srv/builds:/builds:rw,z', '/builds/AbCdEfGhI/3/acme/web/shop'],
    ['/srv:/', '/builds/AbCdEfGhI/3/acme/web/shop'],
    ['/srv:/bui$ds', '/builds/acme/web/shop'],
    ['/srv:/${WHERE}', '/builds/AbCdEfGhI/3/acme/web/shop'],
    ['/srv:/builds/acme', '/builds/acme/web/shop'],
    ['/srv:/build', '/builds/acme/web/shop'],
    ['/builds', '/builds/acme/web/shop'],
    ['named:/builds', '/builds/acme/web/shop'],
  ])('with the volume %s lie in %s', (volume, project) =>
    expect(
      dirsFor({ concurrentProjectId: 3, runner: { docker: { volumes: [volume] } } }, { WHERE: 'builds' })
        .project,
    ).toBe(project),
  )

  it('of an empty strategy are its own, the cache too', () =>
    expect(dirsFor({}, { GIT_STRATEGY: 'empty' })).toMatchObject({
      project: '/builds/acme/web/shop-empty',
      cache: '/cache/acme/web/shop-empty',
    }))

  it.each([
    ['https://h/g/p.git', 'g/p'],
    ['https://u:p@h:8443/gitlab/g/p.git', 'gitlab/g/p'],
    ['ssh://git@h:22/g/p.git', 'g/p'],
    ['https://h/g/./p', 'g/p'],
    ['https://h//g//p.git', 'g/p'],
    ['https://h/g/%D1%8F.git', 'g/я'],
    ['https://h/g/100%.git', 'g/100%'],
    ['https://h/g/p.git?x=/../y#z', 'g/p'],
    ['https://h/g/../../etc', 'etc'],
    ['https://h/g/..p', undefined],
    ['https://h/%2e%2e/%2e%2e/etc', 'etc'],
    ['https://h/', undefined],
    ['https://h', undefined],
    ['https://h/.git', undefined],
    ['git@h:g/p.git', undefined],
    ['/srv/git/p.git', undefined],
    ['', undefined],
    ['https://h/a%0ab', undefined],
  ])('%j has the slug %j', (url, slug) => expect(slugOf(url)).toBe(slug))

  it('fall back to the project’s id', () =>
    expect(dirsFor(withRepo('git@h:g/p.git')).project).toBe('/builds/project-42'))

  it('never leave the builds directory, whatever the URL', () => {
    const part = fc.constantFrom('..', '.', '/', '//', '%2e', '%2f', 'a', '.git', '\\', '%00', '%')
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const { project } = dirsFor(withRepo(`https://h/${parts.join('')}`))
        expect(project).toMatch(/^\/builds\/./)
        expect(project.split('/')).not.toContain('..')
      }),
    )
  })
})

describe('GIT_CLONE_PATH', () => {
  it.each([
    ['/builds/elsewhere', '/builds/elsewhere'],
    ['/builds', '/builds'],
    ['/builds/a/../b/', '/builds/b'],
    ['$CI_BUILDS_DIR/$CI_CONCURRENT_ID/src', '/builds/2/src'],
    ['$CI_BUILDS_DIR/$CI_PROJECT_NAME', '/builds/shop'],
  ])('%s is %s', (path, project) =>
    expect(dirsFor({ concurrentId: 2 }, { GIT_CLONE_PATH: path, CI_PROJECT_NAME: 'shop' }).project).toBe(
      project,
    ),
  )

  it.each([
    '/etc',
    '/builds/../etc',
    '/buildsx',
    'relative',
    '/builds/..hidden',
    // One pass only: what $BASE brings in stays as it is.
    '$BASE/src',
  ])('%s is refused', (path) =>
    expect(() => dirsFor({}, { GIT_CLONE_PATH: path, BASE: '$CI_BUILDS_DIR' })).toThrow(
      expect.objectContaining({
        reason: 'runner_configuration_error',
        message: `the GIT_CLONE_PATH="${path.replace('$BASE', '$CI_BUILDS_DIR')}" has to be within "/builds"`,
      }),
    ),
  )

  it('is refused where custom_build_dir is off', () =>
    expect(() =>
      dirsFor({ runner: { custom_build_dir: { enabled: false } } }, { GIT_CLONE_PATH: '/builds/x' }),
    ).toThrow('setting GIT_CLONE_PATH is not allowed, enable `custom_build_dir` feature'))
})
