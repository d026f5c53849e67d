import { debianPackageOf } from './debian-packages.ts'

/** Whether one program runs in one image, and if not, why (docker-executor.md §18.9). */
export type Verdict =
  | { readonly kind: 'runs' }
  /** Neither the engine nor its emulation runs it, or the image has nothing for its CPU. */
  | {
      readonly kind: 'wrong-cpu'
      readonly needs: string
      /** Of the image. */
      readonly has: string
      readonly engine: string
    }
  | { readonly kind: 'emulated'; readonly needs: string; readonly engine: string }
  /** A glibc program in a musl image. */
  | { readonly kind: 'wrong-libc'; readonly interpreter: string }
  | { readonly kind: 'no-32-bit-loader'; readonly interpreter: string }
  | { readonly kind: 'no-loader'; readonly interpreter: string }
  /** The loader is a stand-in for glibc's that lacks symbols. */
  | { readonly kind: 'stand-in-loader'; readonly interpreter: string }
  | { readonly kind: 'missing-library'; readonly library: string; readonly neededBy: string }
  | {
      readonly kind: 'too-old'
      readonly library: string
      readonly needs: string
      /** The newest the image has of the same family. */
      readonly has: string
      readonly neededBy: string
    }
  | { readonly kind: 'missing-interpreter'; readonly interpreter: string }
  /** What reads the script is there, and does not run. */
  | { readonly kind: 'broken-interpreter'; readonly interpreter: string; readonly why: Verdict }
  | { readonly kind: 'broken-link'; readonly target: string }
  | { readonly kind: 'not-executable' }
  /** `user`: as the image names them, and how the runner's configuration does where it chose. */
  | { readonly kind: 'unreadable'; readonly user: string; readonly at: string }

/** A job that begins with these cannot go well; the others concern programs it may never run. */
export const isBlocking = ({ kind }: Verdict): boolean =>
  kind === 'wrong-cpu' || kind === 'wrong-libc' || kind === 'no-32-bit-loader' || kind === 'no-loader'

/** Does the program do its work, slowly perhaps? */
export const isRunning = ({ kind }: Verdict): boolean => kind === 'runs' || kind === 'emulated'

export interface Explanation {
  readonly cause: string
  readonly remedy: string
}

/** Cause and remedy in words. @param image as the user names it. */
export function explain(verdict: Verdict, image: string): Explanation {
  switch (verdict.kind) {
    case 'runs':
      return { cause: 'runs', remedy: '' }
    case 'wrong-cpu':
      return wrongCpu(verdict, image)
    case 'emulated':
      return {
        cause: `made for ${verdict.needs}: the engine is ${verdict.engine} and emulates it, several times slower`,
        remedy: `Use a toolchain for ${verdict.engine}.`,
      }
    case 'wrong-libc':
      return {
        cause: `needs the glibc loader ${verdict.interpreter}, but ${image} uses musl`,
        remedy: 'Use an image with glibc, such as debian:12-slim.',
      }
    case 'no-32-bit-loader':
      return {
        cause: `is a 32-bit program, and ${image} has no 32-bit loader ${verdict.interpreter}`,
        remedy: 'Install libc6:i386 (Debian) or glibc.i686 (Fedora) in the image.',
      }
    case 'no-loader':
      return {
        cause: `needs the loader ${verdict.interpreter}, which ${image} does not have`,
        remedy: 'Use an image with glibc, such as debian:12-slim.',
      }
    case 'stand-in-loader':
      return {
        cause: `needs glibc, and ${verdict.interpreter} in ${image} is a stand-in that lacks symbols`,
        remedy: 'Use an image with glibc, such as debian:12-slim.',
      }
    case 'missing-library':
      return {
        cause: `${verdict.library} is missing (needed by ${verdict.neededBy})`,
        remedy: `Install ${packageOf(verdict.library)} in the image, or put the library into a folder of libraries of the toolchain.`,
      }
    case 'too-old':
      return {
        cause: `needs ${verdict.needs}, but ${verdict.library} in ${image} has ${verdict.has || 'no versions'} (needed by ${verdict.neededBy})`,
        remedy: newerImage(verdict.needs),
      }
    case 'missing-interpreter':
      return {
        cause: `is a script for ${verdict.interpreter}, which ${image} does not have`,
        remedy: `Install ${verdict.interpreter.split('/').at(-1)} in the image.`,
      }
    case 'broken-interpreter': {
      const { cause, remedy } = explain(verdict.why, image)
      return { cause: `is a script for ${verdict.interpreter}, which does not run there: ${cause}`, remedy }
    }
    case 'broken-link':
      return {
        cause: `is a link to ${verdict.target}, where jobs find nothing`,
        remedy: 'Make the link relative, or mount the toolchain at the place it was installed for.',
      }
    case 'not-executable':
      return { cause: 'has no execute permission', remedy: 'Run chmod +x on it.' }
    case 'unreadable':
      return {
        cause: `cannot be reached by ${verdict.user}, as whom jobs run in ${image}: ${verdict.at} is closed to others`,
        remedy: verdict.at.startsWith('/root')
          ? 'Mount the toolchain below /opt instead.'
          : `Run chmod o+rx ${verdict.at}, or set user in [runners.docker].`,
      }
  }
}

function wrongCpu(
  { needs, has, engine }: Extract<Verdict, { kind: 'wrong-cpu' }>,
  image: string,
): Explanation {
  if (needs === has)
    return {
      cause: `made for ${needs}, as ${image} is, but the engine is ${engine} and does not emulate it`,
      remedy: `Use toolchain and image for ${engine}, or set up emulation with binfmt on the machine of the engine.`,
    }
  return {
    cause: `made for ${needs}, but ${image} is for ${has}`,
    remedy: `Use a toolchain for ${has}, or an image for ${needs} with image:docker:platform${needs === engine ? '' : `, which this engine (${engine}) has to emulate`}.`,
  }
}

function packageOf(library: string): string {
  const known = debianPackageOf(library)
  return known === undefined ? `the package with ${library}` : `${known} (Debian, Ubuntu)`
}

/** glibc of well-known images, for advice only (docker-executor.md §18.8). */
const glibcOf: readonly (readonly [number, string])[] = [
  [28, 'debian:10'],
  [31, 'debian:11'],
  [36, 'debian:12'],
  [41, 'debian:13'],
]

function newerImage(needs: string): string {
  const minor = /^GLIBC_2\.(\d+)/.exec(needs)?.[1]
  if (minor === undefined) return 'Use a newer image, or one with a newer libstdc++6.'
  const image = glibcOf.find(([has]) => has >= Number(minor))?.[1]
  return `Use an image with glibc 2.${minor} or newer${image === undefined ? '' : `, such as ${image}`}.`
}
