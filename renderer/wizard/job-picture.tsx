import { useStore } from 'zustand'

import type { RunnerPreview } from '../../main/contract/setup.ts'
import type { Connection } from '../state/connection.ts'
import type { SetupAnswers } from '../state/setup.ts'
import { LockIcon } from '../ui/icons.tsx'
import { Path } from '../ui/path.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { useCheck } from './use-check.ts'
import { withoutEmptyRows } from './without-empty-rows.ts'

interface JobPictureProps {
  readonly connection: Connection
  readonly answers: SetupAnswers
}

/** Image, mounts and environment together: what a job's script will see. */
export function JobPicture({ connection, answers }: JobPictureProps) {
  const { words, inSentences } = useReader()
  const draft = useStore(answers.draft)
  const complete = withoutEmptyRows(draft)
  // What is consented to is no part of what a job sees.
  const { step: _, consents: _consents, ...asked } = complete
  const preview = useCheck(connection, JSON.stringify(asked), (api) => api.previewRunner(complete), 150)
  return (
    <aside className="job-picture" aria-label={words.setup.job.picture}>
      <h2>{words.setup.job.picture}</h2>
      <p className="picture-image mono">{draft.image || '–'}</p>
      {preview.kind === 'answered' && <Picture preview={preview.answer} />}
      {preview.kind === 'failed' && <Verdict is="bad">{inSentences(preview.why)}</Verdict>}
    </aside>
  )
}

function Picture({ preview }: { readonly preview: RunnerPreview }) {
  const { words, inSentences, gap } = useReader()
  const { job } = words.setup
  return (
    <>
      <h3>{job.mounts}</h3>
      {preview.mounts.length === 0 && <p className="soft">{job.noMounts}</p>}
      <ul>
        {preview.mounts.map(({ source, target, readOnly, exists }) => (
          <li key={target} className="picture-mount">
            <span className="mono">
              <Path text={target} />
            </span>
            {readOnly && (
              <span className="mount-mode tone-good">
                <LockIcon size={13} /> {job.readOnly}
              </span>
            )}
            {source !== target && (
              <span className="soft mono">
                ← <Path text={source} />
              </span>
            )}
            {exists === false && <span className="tone-warn">{job.missing}</span>}
          </li>
        ))}
      </ul>
      {preview.environment.length > 0 && (
        <>
          <h3>{job.environment}</h3>
          <dl className="picture-variables mono">
            {preview.environment.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {preview.path.length > 0 && (
        <>
          <h3>PATH</h3>
          <ol className="mono">
            {preview.path.map((folder) => (
              <li key={folder}>
                <Path text={folder} />
              </li>
            ))}
          </ol>
          <p className="soft">{job.pathThen}</p>
        </>
      )}
      {preview.problems.map(({ path, message, remedy }) => (
        <Verdict key={path + message} is="warn">
          {inSentences(message)}
          {gap}
          {remedy !== undefined && <span className="soft">{inSentences(remedy)}</span>}
        </Verdict>
      ))}
    </>
  )
}
