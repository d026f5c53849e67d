import type { Command } from '../command.ts'
import { configOption, dataDirOption, jsonOption } from '../common-options.ts'
import { UsageError } from '../option.ts'
import { acceptChanges } from '../toolchain/accept.ts'
import { openDesk, type Desk } from '../toolchain/desk.ts'
import { checkToolchain, fingerprintToolchain } from '../toolchain/examine.ts'
import { fixToolchain } from '../toolchain/fix.ts'
import { importToolchain } from '../toolchain/import.ts'
import {
  addToolchain,
  adoptFromConfig,
  assignToRunner,
  listToolchains,
  removeFromLibrary,
  switchVersion,
  unassignFromRunner,
} from '../toolchain/manage.ts'

const verbs: Readonly<Record<string, (desk: Desk) => Promise<number>>> = {
  list: listToolchains,
  add: addToolchain,
  remove: removeFromLibrary,
  switch: switchVersion,
  assign: assignToRunner,
  unassign: unassignFromRunner,
  adopt: adoptFromConfig,
  check: checkToolchain,
  fix: fixToolchain,
  fingerprint: fingerprintToolchain,
  accept: acceptChanges,
  import: importToolchain,
}

export const toolchain: Command = {
  verbs: ['list', ...Object.keys(verbs).slice(1)],
  arguments: ['NAME[@VERSION]|FOLDER'],
  options: [
    configOption,
    dataDirOption,
    jsonOption,
    {
      names: ['folder'],
      kind: 'text',
      help: "add, import: the toolchain's folder on the machine of the Docker engine.",
    },
    { names: ['mount'], kind: 'text', help: 'add, check: where jobs see it. Default: /opt/NAME.' },
    { names: ['var'], kind: 'map', help: 'add: a variable of its jobs.' },
    {
      names: ['path'],
      kind: 'list',
      commas: true,
      help: 'add, check: folders of programs. Default: every bin in it.',
    },
    { names: ['library-path'], kind: 'list', commas: true, help: 'add, check: folders of libraries.' },
    { names: ['notes'], kind: 'text', help: 'add: whatever is worth knowing.' },
    {
      names: ['project'],
      kind: 'list',
      commas: true,
      help: 'add: the projects its licence is for, such as group/*.',
    },
    {
      names: ['on-request'],
      kind: 'list',
      commas: true,
      help: 'add: the runners whose jobs may ask for it with DRYDOCK_TOOLCHAINS; * for all.',
    },
    {
      names: ['on-drift'],
      kind: 'text',
      help: 'add: stop or warn, when its content has changed. Default: stop.',
    },
    {
      names: ['writable'],
      kind: 'text',
      help: 'add, import: no, or private-layer for tools that write into their own folder; what a job writes goes with it. Default: no.',
    },
    { names: ['replace'], kind: 'flag', help: 'add: change the description of one that is there.' },
    {
      names: ['runner'],
      kind: 'text',
      help: 'assign, unassign, check, fix: the name of the runner. check, fix: on its engine, as the user its jobs run as.',
    },
    {
      names: ['image'],
      kind: 'text',
      help: 'check, fix: the image to examine it in. import: the image it is in.',
    },
    {
      names: ['volume'],
      kind: 'text',
      help: 'import: a named volume of the engine to copy it into, where the engine does not see the folder or reads it slowly.',
    },
    { names: ['image-folder'], kind: 'text', help: 'import: its folder in the image.' },
    { names: ['archive'], kind: 'text', help: 'import: a tar, tar.gz, tar.xz, tar.zst or zip.' },
    { names: ['sha256'], kind: 'text', help: 'import: what the checksum of the archive must be.' },
    {
      names: ['as'],
      kind: 'text',
      help: 'accept: a version for the changed content, for every runner that has the old one.',
    },
    { names: ['accept'], kind: 'flag', help: 'fingerprint: take what has changed for right.' },
  ],
  async run(values, terminal) {
    const verb = verbs[values.rest[0] ?? '']
    if (verb === undefined)
      throw new UsageError(`Write one of these behind "drydock toolchain": ${Object.keys(verbs).join(', ')}.`)
    return verb(openDesk(values, terminal))
  },
}
