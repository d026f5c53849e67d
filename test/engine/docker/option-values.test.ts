import { describe, expect, it } from 'vitest'

import { devicesFor, parseDevice, parseGpus } from '../../../main/engine/docker/devices.ts'
import { parseCpus, parseSize, parseUlimit } from '../../../main/engine/docker/quantities.ts'

describe('a size', () => {
  it.each([
    ['', undefined],
    ['64', 64],
    ['512k', 524_288],
    ['512m', 536_870_912],
    ['2G', 2_147_483_648],
    ['1.5g', 1_610_612_736],
    ['1GiB', 1_073_741_824],
    ['1 gb', 1_073_741_824],
  ])('%j is %j bytes', (text, bytes) => {
    expect(parseSize('memory', text)).toBe(bytes)
  })

  it.each(['-1', 'lots', '5x', '1e3'])('%j is refused with the key', (text) => {
    expect(() => parseSize('memory', text)).toThrow(`memory = "${text}" is not a size`)
  })
})

describe('a number of CPUs', () => {
  it.each([
    ['1.5', 1.5e9],
    ['3/2', 1.5e9],
    ['2', 2e9],
    ['.5', 5e8],
    ['', undefined],
  ])('%j is %j billionths', (text, nano) => {
    expect(parseCpus('cpus', text)).toBe(nano)
  })

  it.each(['-1', '1/0', 'two'])('%j is refused with the key', (text) => {
    expect(() => parseCpus('cpus', text)).toThrow(`cpus = "${text}" is not a number of CPUs`)
  })
})

it('a limit without a hard part is hard at the soft one', () => {
  expect([parseUlimit('nofile', '1024'), parseUlimit('core', '0:-1')]).toEqual([
    { Name: 'nofile', Soft: 1024, Hard: 1024 },
    { Name: 'core', Soft: 0, Hard: -1 },
  ])
  expect(() => parseUlimit('nofile', 'many')).toThrow('ulimit nofile = "many"')
})

describe('a device', () => {
  it.each([
    ['/dev/kvm', { PathOnHost: '/dev/kvm', PathInContainer: '/dev/kvm', CgroupPermissions: 'rwm' }],
    [
      '/dev/sda:/dev/disk',
      { PathOnHost: '/dev/sda', PathInContainer: '/dev/disk', CgroupPermissions: 'rwm' },
    ],
    [
      '/dev/sda:/dev/disk:r',
      { PathOnHost: '/dev/sda', PathInContainer: '/dev/disk', CgroupPermissions: 'r' },
    ],
  ])('%s', (text, device) => {
    expect(parseDevice('devices', text)).toEqual(device)
  })

  it('with more than three parts is refused', () => {
    expect(() => parseDevice('devices', '/a:/b:r:w')).toThrow('"/a:/b:r:w" is not a device')
  })

  it('goes to the services whose image matches', () => {
    const patterns = { 'emulator:*': ['/dev/kvm'], 'other:*': ['/dev/null'] }
    expect(devicesFor('emulator:9', patterns)).toEqual([parseDevice('', '/dev/kvm')])
  })
})

describe('gpus', () => {
  const request = (part: object) => [{ Driver: '', Count: 1, Capabilities: [['gpu']], Options: {}, ...part }]
  it.each([
    ['', []],
    ['all', request({ Count: -1 })],
    ['2', request({ Count: 2 })],
    ['count=3', request({ Count: 3 })],
    ['"device=0,2"', request({ Count: 0, DeviceIDs: ['0', '2'] })],
    [
      'driver=nvidia,"capabilities=compute,utility"',
      request({ Driver: 'nvidia', Capabilities: [['compute', 'utility', 'gpu']] }),
    ],
    ['all,options=a=b', request({ Count: -1, Options: { a: 'b' } })],
  ])('%j', (text, expected) => {
    expect(parseGpus('gpus', text)).toEqual(expected)
  })

  it('names a field it does not know', () => {
    expect(() => parseGpus('gpus', 'colour=red')).toThrow('unknown field "colour"')
  })
})
