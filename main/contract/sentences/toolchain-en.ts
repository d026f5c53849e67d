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
} as const
