import { readFile } from 'node:fs/promises'

/** Does SELinux of this machine keep containers from what is not labelled for them? */
export const isSelinuxEnforcing = async (): Promise<boolean> =>
  (await readFile('/sys/fs/selinux/enforce', 'utf8').catch(() => '0')).trim() === '1'
