/** What is said of toolchains, as in `engine-en.ts`. */
export const toolchainSentences = {
  'toolchain-there': 'There is {name} already',
  'toolchain-there-in': 'There is {name} already, in {folder}; adopt this one under another version',
  'toolchain-choose-version': 'There is {name} already; choose another version',
  'toolchain-import-there': 'There is {name} already; import it under another version',
  'toolchain-no-folder': 'There is no folder {folder}',
  'toolchain-used': '{name} is used by {runners}; unassign it there first',
  'toolchain-not-by-hand': 'No toolchain in {folder} is written into the configuration by hand',
  'toolchain-archive-place': 'Write the whole path of the archive; "{file}" does not begin with "/"',
  'toolchain-no-dialog': 'No dialog can be shown here; type the path',
  'toolchain-file-errors': 'The configuration has errors; "drydock lint" shows them',
  'toolchain-assigned-already': '{runner} has {name} already',
  'toolchain-no-docker': '{runner} has no [runners.docker]; only Docker jobs can mount {name}',
  'toolchain-variable-taken':
    '{runner} sets {key} to "{value}", {name} needs "{wanted}"; remove the entry from environment, or change the toolchain',
  'toolchain-mount-taken':
    '{runner} mounts "{spec}" where {name} belongs, {mount}; remove that volume, or adopt it with "drydock toolchain adopt"',
  'trap-stray-colon':
    '"{to}" ends in ":" where {name} is not set, which makes programs look into the working directory',
  'trap-system-folder':
    'The volume "{spec}" hides what every image keeps in {folder}, git of the helper image among it',
  'trap-below-opt': 'Mount it below /opt instead: "{to}"',
  'trap-closed-to-user':
    'The volume "{spec}" lies in /root, which images close to everybody but root, and jobs run as {user} ("user" in [runners.docker])',
  'trap-mount-at': 'Mount it at {to} instead',
  'trap-linked-folder':
    '{folder} is a link to {real}: when it is pointed elsewhere, the next stage of a running job sees another toolchain',
  'trap-name-real': 'Name the real folder, {real}',
  'trap-selinux':
    'SELinux is enforcing on this machine, and containers may read only what is labelled for them',
  'trap-label-once': 'Label the folder once',
  'trap-own-libc':
    "{folder} holds a C library ({libc}); on LD_LIBRARY_PATH it is loaded by the image's programs too, and sh, git or make crash",
  'trap-leave-out':
    "Leave {folder} out of the library path, and let the toolchain's programs find their libraries by RUNPATH or a wrapper",
  'trap-closed-mount': '{mount} lies in {folder}, which is closed to {user}, the user of {image}',
} as const
