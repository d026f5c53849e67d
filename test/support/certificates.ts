import { execFile } from 'node:child_process'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc']

/** `ca.pem`, `cert.pem` and `key.pem` of one side, in a folder as Docker expects it. */
export interface Identity {
  readonly folder: string
}

/** An authority of our own, valid for a day. */
export interface Authority {
  /** @param names as in a certificate, such as `IP:127.0.0.1` */
  issue(name: string, names?: readonly string[]): Promise<Identity>
}

/** Makes certificates with openssl below `folder`. */
export async function createAuthority(folder: string): Promise<Authority> {
  await mkdir(folder, { recursive: true })
  const [key, ca] = [join(folder, 'ca-key.pem'), join(folder, 'ca.pem')]
  await run('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    key,
    '-out',
    ca,
    '-days',
    '1',
    '-subj',
    '/CN=test authority',
  ])
  return {
    issue: async (name, names = []) => {
      const own = join(folder, name)
      await mkdir(own)
      const extensions = join(own, 'extensions.cnf')
      await writeFile(extensions, names.length === 0 ? '' : `subjectAltName=${names.join(',')}\n`)
      const request = join(own, 'request.pem')
      await run('openssl', [
        'req',
        ...newKey,
        '-keyout',
        join(own, 'key.pem'),
        '-out',
        request,
        '-subj',
        `/CN=${name}`,
      ])
      const signing = ['-CA', ca, '-CAkey', key, '-CAcreateserial', '-days', '1', '-extfile', extensions]
      await run('openssl', ['x509', '-req', '-in', request, ...signing, '-out', join(own, 'cert.pem')])
      await copyFile(ca, join(own, 'ca.pem'))
      return { folder: own }
    },
  }
}
