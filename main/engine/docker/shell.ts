import { shellDetector } from '../script/detector.ts'

/** What a build container runs. The image's entrypoint gets it as arguments. */
export const buildCommand: readonly string[] = ['sh', '-c', shellDetector]

/** What a helper stage runs; open permissions let any build user work on what it makes (§8.1). */
export const helperCommand = ({ umask }: { readonly umask: boolean }): readonly string[] => [
  'sh',
  '-c',
  umask ? `umask 0000\n${shellDetector}` : shellDetector,
]

/** Waits without programs of the image until its stdin closes, which is when the runner lets go of the container. */
export const idleCommand: readonly string[] = ['sh', '-c', 'while read -r _; do :; done']

/**
 * Sends TERM to every process but the first and itself, youngest first, and waits up to 6 s for each
 * (docker-executor.md §12.4). Only the shell is taken for granted: without `sort` the order is that of file names.
 */
export const terminateCommand: readonly string[] = [
  'sh',
  '-c',
  `list() { for d in /proc/[0-9]*; do echo "\${d#/proc/}"; done; }
gone() { [ ! -d "/proc/$1" ] || { read -r l < "/proc/$1/stat"; case "$l" in *") Z "*) true ;; *) false ;; esac; } 2>/dev/null; }
for p in $(list | sort -rn 2>/dev/null || list); do
  if [ "$p" = 1 ] || [ "$p" = $$ ] || ! kill -TERM "$p" 2>/dev/null; then continue; fi
  n=0
  until gone "$p" || [ $n -ge 60 ]; do
    sleep 0.1 2>/dev/null || { sleep 1; n=$((n + 9)); }
    n=$((n + 1))
  done
done`,
]
