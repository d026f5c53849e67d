import type { JobView } from '../../main/contract/toolchain.ts'
import { LockIcon } from '../ui/icons.tsx'
import { Path } from '../ui/path.tsx'
import { useReader } from '../ui/reader.tsx'

/** The live picture of what a job's script finds: mount, environment, and PATH in its order. */
export function JobViewPicture({ sees }: { readonly sees: JobView }) {
  const { words } = useReader()
  const { sees: say } = words.toolchains
  const { mount, environment, path, libraryPath } = sees
  return (
    <section className="sees" aria-label={say.title}>
      <h2>{say.title}</h2>
      <div className="sees-mount">
        <span className="mono sees-target">
          <Path text={mount.target} />
        </span>
        <span className="mount-mode tone-good">
          <LockIcon size={13} /> {words.job.readOnly}
        </span>
        <span className="soft mono sees-source">
          ← <Path text={mount.source} />
        </span>
      </div>
      {environment.length > 0 && (
        <>
          <h3>{say.environment}</h3>
          <dl className="sees-variables mono">
            {environment.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <Folders name="PATH" folders={path} then={say.thenImage} none={say.noPath} />
      {libraryPath.length > 0 && (
        <Folders name="LD_LIBRARY_PATH" folders={libraryPath} then={say.thenImage} none="" />
      )}
    </section>
  )
}

interface FoldersProps {
  readonly name: string
  readonly folders: readonly string[]
  readonly then: string
  readonly none: string
}

function Folders({ name, folders, then, none }: FoldersProps) {
  return (
    <>
      <h3>{name}</h3>
      {folders.length === 0 ? (
        <p className="soft">{none}</p>
      ) : (
        <ol className="sees-path">
          {folders.map((folder) => (
            <li key={folder} className="mono">
              <Path text={folder} />
            </li>
          ))}
          <li className="soft">{then}</li>
        </ol>
      )}
    </>
  )
}
