import type { ReadyImage } from './pull-images.ts'
import { openSession } from './session.ts'
import type { Site } from './site.ts'

/** Does the image run as somebody else than root (docker-executor.md §8.2)? */
export const runsAsOther = ({ image }: ReadyImage): boolean => image.user !== '' && image.user !== 'root'

/** Who a build container runs as, asked in the container itself; `undefined` for root or where it cannot tell. */
export async function askOwner(
  { engine }: Pick<Site, 'engine'>,
  container: string,
  signal: AbortSignal,
): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  using session = await openSession(engine, container, signal)
  let printed = ''
  await session.finish('id -u; id -g', {
    stdout: async (chunk) => void (printed = (printed + chunk.toString()).slice(-1024)),
    stderr: async () => {},
  })
  // The image's entrypoint may print before.
  const [gid, uid] = printed
    .trim()
    .split('\n')
    .toReversed()
    .map((line) => Number(line.trim()))
  if (uid === undefined || gid === undefined || !Number.isInteger(uid) || !Number.isInteger(gid) || uid === 0)
    return undefined
  return { uid, gid }
}
