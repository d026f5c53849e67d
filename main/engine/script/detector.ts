const shells = [
  '/usr/local/bin/bash',
  '/usr/bin/bash',
  '/bin/bash',
  '/usr/local/bin/sh',
  '/usr/bin/sh',
  '/bin/sh',
  '/busybox/sh',
]

/** For `sh -c`: replaces itself by the image's best shell, which reads a stage's text from stdin (job-execution.md §5.1). */
export const shellDetector = `for shell in ${shells.join(' ')}; do
  if [ -x "$shell" ]; then exec "$shell"; fi
done
echo shell not found
exit 1
`
