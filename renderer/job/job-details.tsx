import type { ReactNode } from 'react'

import type { JobDetail } from '../../main/contract/job.ts'
import { Mount } from '../ui/mount.tsx'
import { useReader } from '../ui/reader.tsx'
import { Moved } from './moved.tsx'
import { Recreate } from './recreate.tsx'
import { Resources } from './resources.tsx'

export function JobDetails({ job }: { readonly job: JobDetail }) {
  const { words, format } = useReader()
  return (
    <>
      {job.artifacts !== undefined && (
        <section>
          <h2>{words.job.artifacts}</h2>
          <ul className="artifacts">
            {job.artifacts.map(({ name, type, bytes }) => (
              <li key={`${type} ${name}`}>
                <span className="mono">{name}</span>
                <span className="soft">{type}</span>
                <span className="number">{format.bytes(bytes)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2>{words.job.mounts}</h2>
        {job.mounts.length === 0 ? (
          <p className="soft">{words.job.noMounts}</p>
        ) : (
          <ul>
            {job.mounts.map((mount) => (
              <Mount key={mount.target} mount={mount} />
            ))}
          </ul>
        )}
      </section>
      <Moved job={job} />
      {job.resources !== undefined && <Resources resources={job.resources} />}
      <section>
        <h2>{words.job.title}</h2>
        <dl className="detail-list">
          <Detail name={words.job.project}>{job.project}</Detail>
          <Detail name={words.job.branch}>{job.ref}</Detail>
          <Detail name={words.job.commit}>
            <code>{job.sha}</code>
          </Detail>
          {job.pipelineId !== undefined && <Detail name={words.job.pipeline}>#{job.pipelineId}</Detail>}
          <Detail name={words.job.runner}>{job.runner}</Detail>
          <Detail name={words.job.image}>
            <code>{job.image}</code>
          </Detail>
          <Detail name={words.job.accepted}>{format.moment(job.acceptedAt)}</Detail>
          {job.finishedAt !== undefined && (
            <Detail name={words.job.ended}>{format.moment(job.finishedAt)}</Detail>
          )}
          <Detail name={words.job.timeout}>{format.duration(job.timeout * 1000)}</Detail>
        </dl>
      </section>
      {job.settings !== undefined && (
        <section>
          <h2>{words.job.settings}</h2>
          <dl className="detail-list">
            {job.settings.map(({ key, value }) => (
              <div key={key}>
                <dt className="soft mono">{key}</dt>
                <dd className="mono">{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {job.recreate !== undefined && <Recreate command={job.recreate} />}
      <section>
        <h2>{words.job.variables(job.variableNames.length)}</h2>
        <p className="soft">{words.job.variablesHint}</p>
        <ul className="variables">
          {job.variableNames.map((name) => (
            <li key={name} className="mono">
              {name}
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function Detail({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="soft">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
