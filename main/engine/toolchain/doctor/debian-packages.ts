/** The packages of Debian and Ubuntu that compilers most often miss a library of. */
const packages: Readonly<Record<string, string>> = {
  'libatomic.so.1': 'libatomic1',
  'libdebuginfod.so.1': 'libdebuginfod1',
  'libexpat.so.1': 'libexpat1',
  'libgcc_s.so.1': 'libgcc-s1',
  'libgmp.so.10': 'libgmp10',
  'libgomp.so.1': 'libgomp1',
  'libisl.so.23': 'libisl23',
  'liblzma.so.5': 'liblzma5',
  'libmpc.so.3': 'libmpc3',
  'libmpfr.so.6': 'libmpfr6',
  'libncurses.so.6': 'libncurses6',
  'libncursesw.so.6': 'libncursesw6',
  'libncurses.so.5': 'libncurses5',
  'libreadline.so.8': 'libreadline8',
  'libsource-highlight.so.4': 'libsource-highlight4v5',
  'libstdc++.so.6': 'libstdc++6',
  'libtinfo.so.6': 'libtinfo6',
  'libtinfo.so.5': 'libtinfo5',
  'libusb-1.0.so.0': 'libusb-1.0-0',
  'libxml2.so.2': 'libxml2',
  'libxxhash.so.0': 'libxxhash0',
  'libz.so.1': 'zlib1g',
  'libzstd.so.1': 'libzstd1',
}

/** Which package has a library, where that is known. */
export function debianPackageOf(library: string): string | undefined {
  const python = /^libpython(3\.\d+)\.so\.1\.0$/.exec(library)?.[1]
  return python === undefined ? packages[library] : `libpython${python}`
}
