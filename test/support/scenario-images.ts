import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Images that are unlike the plain ones in one respect each. */
const images: Readonly<Record<string, string>> = {
  // Their user is not root.
  'drydock-test/as-dev:1': 'FROM drydock-test/debian:1\nUSER dev\n',
  'drydock-test/git-as-dev:1': 'FROM drydock-test/helper:1\nUSER dev\n',
  // Its entrypoint says so and runs what it is given.
  'drydock-test/entrypoint:1': `FROM drydock-test/busybox:1
RUN printf '#!/bin/sh\\necho the entrypoint ran\\nexec "$@"\\n' > /entrypoint && chmod 755 /entrypoint
ENTRYPOINT ["/entrypoint"]
`,
  // Its entrypoint runs something else.
  'drydock-test/not-a-shell:1': 'FROM drydock-test/busybox:1\nENTRYPOINT ["/bin/echo", "I only echo:"]\n',
  'drydock-test/without-shell:1': `FROM drydock-test/busybox:1 AS source
FROM scratch
COPY --from=source /bin/busybox /bin/true
`,
}

export async function addScenarioImages(dockerHost: string): Promise<void> {
  for (const [reference, dockerfile] of Object.entries(images)) {
    const build = spawn('docker', ['-H', dockerHost, 'build', '-q', '-t', reference, '-'], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, DOCKER_BUILDKIT: '0' },
    })
    let problem = ''
    build.stderr.on('data', (chunk: Buffer) => void (problem += chunk.toString()))
    build.stdin.end(dockerfile)
    const [status] = (await once(build, 'exit')) as [number | null]
    if (status !== 0) throw new Error(`docker build ${reference} failed: ${problem}`)
  }
}
