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
  'trap-closed-mount': '{mount} lies in {folder}, which is closed to {user}, as whom jobs run in {image}',
  'trap-entry': 'environment "{entry}": {~why}',
  'trap-volume-refused': 'The volume "{spec}" is refused: {~why}',
  'trap-correct-volume': 'Correct the entry in volumes',
  'trap-volume-instead': 'Replace the entry by "{to}"',
  'trap-line-instead': 'Replace the line by {to}',
  'trap-private-label':
    '"Z" in the volume "{spec}" relabels the folder for one container; the helper and the build take it from each other',
  'trap-mount-plainly': 'Mount it plainly, "{to}"',
  'trap-label-on-host': 'Where SELinux is enforcing, label it once on the host: {command}',
  'trap-volume-unseen':
    'The engine at {url} has no volume {volume} with {name} in it; a job would find an empty one',
  'trap-bring-again': 'Bring it there again',
  'trap-folder-unseen': 'The engine at {url} has no folder {folder}; a job would find an empty one',
  'trap-folder-other': 'The engine at {url} has another folder at {folder}; a job would find an empty one',
  'trap-share-desktop':
    'Share it under Resources, File sharing, in the settings of Docker Desktop, or bring it to the engine as a volume',
  'trap-put-there': 'Put the toolchain on that machine at the same path, or bring it there as a volume',
  'toolchain-field': 'The description of {name} is refused, {field}: {~why}',
  'toolchain-label': 'use letters, digits, ".", "_", "+" and "-" only',
  'toolchain-path-characters':
    'the path holds a character that volumes, shells or search paths read as their own',
  'toolchain-path-begin': 'the path must begin with "/"',
  'toolchain-mount-hides':
    'a mount there would hide what the image keeps in that folder; mount below /opt or /toolchains',
  'toolchain-variable-name': 'a variable is named with letters, digits and "_"',
  'toolchain-variable-value': 'a value is written out in full: no "$", no line break',
  'toolchain-drive-letter': 'the engine takes one letter for a drive',
  'toolchain-path-as-folders': 'list PATH and LD_LIBRARY_PATH as folders',
  'toolchain-layer-comma': 'no layer can be laid over a folder with "," in its path; rename it',
  'toolchain-layer-volume': 'no private layer can be laid over a volume; leave out one of the two',
  'toolchain-none': 'There is no toolchain {name}',
  'toolchain-commands': '"drydock toolchain list" shows those there are, "drydock toolchain add" adds one',
  'toolchain-no-version': 'There is no version {version} of the toolchain {name}; there is {others}',
  'toolchain-no-image': 'The engine has no image {image}; pull it first: {command}',
  'toolchain-folder-gone': 'The folder of {name} is not there: {folder}',
  'toolchain-layout': 'The file is laid out in a way {name} cannot be added to; add it by hand',
  'toolchain-not-assigned': 'The runner has no toolchain {name}',
  'toolchain-assigned-others': 'The runner has no toolchain {name}; it has {others}',
  'toolchain-checksum': 'The checksum of {file} is {found}, not {wanted}: fetch it again',
  'toolchain-no-archive': '{file} is no archive that can be read: tar, tar.gz, tar.xz, tar.zst or zip',
  'toolchain-needs-xz': 'To unpack .tar.xz the program xz is needed; install the package xz-utils',
  'toolchain-image-no-folder': 'The image {image} has no folder {folder}',
  'toolchain-destination': '{folder} exists already; choose another folder, or remove it',
  'toolchain-archive-link': 'The archive puts "{name}" behind a link and is refused',
  'toolchain-archive-device': 'The archive holds a device, "{name}", and is refused',
  'toolchain-archive-leaves': 'The archive holds "{name}", which would leave its folder, and is refused',
  'toolchain-archive-empty': 'The archive is empty',
  'toolchain-unreadable': 'The toolchain {name} cannot be read: {~why}',
  'toolchain-drifted':
    'The toolchain {name} is no longer what it was: {+changes}. Take it for right with "drydock toolchain accept {name}", as a new version with "--as VERSION", or put the old content back',
  'drift-changed': '{file} was changed',
  'drift-added': '{file} was added',
  'drift-removed': '{file} was removed',
  'drift-more': 'and {count} more',
  'toolchain-requested': 'DRYDOCK_TOOLCHAINS: {~why}',
  'toolchain-licensed': '{name} is licensed for {projects}, and this job is of {project}',
  'toolchain-not-permitted':
    'the runner {runner} does not permit {name}. Permit it: drydock toolchain add {name} --on-request {runner} --replace',
  'toolchain-withheld': 'The toolchain {name} is withheld: it is licensed for {projects}, not for {project}',
  'toolchain-no-current':
    'No version of the toolchain {name} is the current one; name one of {others}, such as {example}',
  'toolchain-not-json': '{file} is no JSON; repair or remove it',
  'toolchain-volume-wrong':
    'The volume {volume} does not hold {name}: {file} is not what it is here. Run the import again',
  'toolchain-volume-extra':
    'The volume {volume} holds {file} besides {name}; remove it, "docker volume rm {volume}", and run the import again',
  'toolchain-volume-taken':
    'The engine has a volume {volume} already, and it is not of this content of {name}; choose another name, or remove it with "docker volume rm {volume}"',
  'toolchain-volume-kind': '{name} is neither file, folder nor link, and a volume cannot hold it',
  'toolchain-volume-missing':
    'The engine at {url} has no volume {volume} with the toolchain {name}. Bring it there with "drydock toolchain import {name} --volume {volume}"',
  'toolchain-volume-other':
    'The volume {volume} of the engine at {url} holds something else than the toolchain {name} ({content}). Bring it there with "drydock toolchain import {name} --volume {volume}"',
  'toolchain-no-runner': 'There is no runners[{index}]',
  'toolchain-file-edit': 'The file cannot be edited for {name}: {~why}',
  'toolchain-other-remedy': 'This remedy changes the toolchain, not the runner',
  'toolchain-unpack': '{file} cannot be unpacked: {~why}',
  'toolchain-reference': '"{text}" names no toolchain; write NAME or NAME@VERSION, such as atlas500@20.2',
  'toolchain-no-marks':
    '{name} has no lines in pre_build_script that could be marked; assign it with "drydock toolchain assign" after removing the volume "{volume}"',
  'no-text-layout': 'The file is laid out in a way this edit cannot be made in; change it by hand',
  'no-section-for': 'The file has no section for {section}; add the row by hand: {row}',
  'no-row-for': 'The file has no row for {key}',
  'toolchain-volume-drifted':
    '{folder} is no longer what was recorded of {name}; accept the change first, or undo it',
} as const
