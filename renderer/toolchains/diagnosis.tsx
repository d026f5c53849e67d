import { useState, type ReactNode } from 'react'
import { Button } from 'react-aria-components'

import type { JobDetail } from '../../main/contract/job.ts'
import type { JobDiagnosis } from '../../main/contract/doctor.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { useReader } from '../ui/reader.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { findingInWords } from './finding-words.ts'
import './toolchains.css'
import { UseImage } from './use-image.tsx'

interface DiagnosisProps {
  readonly job: JobDetail
  /** What the log says was not found. */
  readonly program: string
  readonly connection: Connection
  /** What can be said without the doctor. */
  readonly children: ReactNode
}

/** That the program is in the job's toolchain, and why it did not run in its image; else what is known without. */
export function Diagnosis({ job, program, connection, children }: DiagnosisProps) {
  const { words } = useReader()
  const { diagnosis: say } = words.toolchains
  const answer = useAnswer(connection, (api) => api.diagnoseJob({ id: job.id, program }), program)
  if (answer.value?.state === 'explained')
    return <Explained job={job} diagnosis={answer.value.diagnosis} connection={connection} />
  return (
    <>
      {children}
      {answer.isAsking && <p className="soft diagnosis">{say.looking}</p>}
    </>
  )
}

interface ExplainedProps {
  readonly job: JobDetail
  readonly diagnosis: JobDiagnosis
  readonly connection: Connection
}

function Explained({ job, diagnosis, connection }: ExplainedProps) {
  const { words } = useReader()
  const { diagnosis: say } = words.toolchains
  const [isUsing, setUsing] = useState(false)
  const { reference, image, program, finding, fittingImages, runner } = diagnosis
  const [fit] = fittingImages
  const { cause, remedy } = findingInWords(finding, words.toolchains.findings)
  return (
    <div>
      <p>
        {say.cause(program.split('/').at(-1) ?? program, `${reference.name} ${reference.version}`, cause)}
      </p>
      <p className="soft">{remedy}</p>
      <div className="step-actions diagnosis">
        {fit && (
          <Button className="button" onPress={() => setUsing(true)}>
            {say.tryImage(fit.image)}
          </Button>
        )}
        <a className="button" href={linkTo({ page: 'toolchain', ...reference, image })}>
          {say.check}
        </a>
      </div>
      {isUsing && fit && runner === undefined && <p role="status">{say.inYaml(fit.image)}</p>}
      {isUsing && fit && runner !== undefined && (
        <UseImage
          connection={connection}
          runnerKey={runner}
          runnerName={job.runner}
          image={fit.image}
          onClose={() => setUsing(false)}
        />
      )}
    </div>
  )
}
