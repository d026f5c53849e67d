import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { DoctorFinding, DoctorProof, DoctorReport, DoctorTrap } from '../../main/contract/doctor.ts'
import type { ToolchainRef } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { AlertIcon, DownIcon, FailedShape, PassedShape, RightIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { EditDialog } from './diff-dialog.tsx'
import { findingInWords } from './finding-words.ts'

interface ReportProps {
  readonly report: DoctorReport
  readonly tookMs: number
  readonly connection: Connection
  readonly onImage: (image: string) => void
  readonly onMended: () => void
}

/** The verdict per program, grouped by cause, and what really happened when compilers were run. */
export function Report({ report, tookMs, connection, onImage, onMended }: ReportProps) {
  const { words, format } = useReader()
  const { doctor: say } = words.toolchains
  const { reference, image, architecture, programs, runs, findings, traps, proofs, fittingImages } = report
  return (
    <article className="doctor-report">
      <header className="report-head">
        <h2>
          {reference.name} {reference.version} · <span className="mono">{image}</span>
        </h2>
        <span className="soft">
          {architecture} · {say.took(format.duration(tookMs))}
        </span>
      </header>
      <Verdict is={report.fit === 'runs' ? 'good' : report.fit === 'partly' ? 'warn' : 'bad'}>
        <strong>{say.runs(runs, programs)}</strong>
      </Verdict>
      {findings.length > 0 && (
        <ul className="findings-list">
          {findings.map((finding) => (
            <Finding key={finding.kind + finding.cause} finding={finding} />
          ))}
        </ul>
      )}
      {traps.map((trap) => (
        <Trap
          key={trap.name + trap.cause}
          trap={trap}
          reference={reference}
          connection={connection}
          onMended={onMended}
        />
      ))}
      {proofs.length > 0 && (
        <section>
          <h3 className="label">{say.proof}</h3>
          <ul className="proofs">
            {proofs.map((proof) => (
              <Proof key={proof.program} proof={proof} />
            ))}
          </ul>
        </section>
      )}
      {fittingImages.length > 0 && (
        <section>
          <h3 className="label">{say.fitting}</h3>
          <ul className="plain-rows fitting">
            {fittingImages.map((fit) => (
              <li key={fit.image}>
                <span className="mono cut">{fit.image}</span>
                <span className="soft">{say.runs(fit.runs, programs)}</span>
                <Button className="button bare" onPress={() => onImage(fit.image)}>
                  {say.check}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </article>
  )
}

function Finding({ finding }: { readonly finding: DoctorFinding }) {
  const { words } = useReader()
  const { doctor: say } = words.toolchains
  const [isOpen, setOpen] = useState(false)
  const { cause, remedy } = findingInWords(finding, words.toolchains.findings)
  const { blocking, count, programs } = finding
  return (
    <li className="finding-group">
      <span className={blocking ? 'tone-bad' : 'tone-warn'}>
        {blocking ? <FailedShape /> : <AlertIcon />}
      </span>
      <div>
        <p>
          <strong>{say.count(count)}</strong> {cause}
        </p>
        {remedy !== '' && <p className="soft">{remedy}</p>}
        <Button
          className="button bare finding-toggle"
          aria-expanded={isOpen}
          onPress={() => setOpen(!isOpen)}
        >
          {isOpen ? <DownIcon size={12} /> : <RightIcon size={12} />} {say.show(programs.length)}
        </Button>
        {isOpen && (
          <ul className="program-list mono">
            {programs.map((program) => (
              <li key={program}>{program}</li>
            ))}
            {count > programs.length && <li className="soft">{say.andMore(count - programs.length)}</li>}
          </ul>
        )}
      </div>
    </li>
  )
}

interface TrapProps extends Pick<ReportProps, 'connection' | 'onMended'> {
  readonly trap: DoctorTrap
  readonly reference: ToolchainRef
}

/** What goes wrong, and the way to mend it: at once where it is an edit, else as a command. */
function Trap({ trap, reference, connection, onMended }: TrapProps) {
  const { words, inSentences } = useReader()
  const { doctor: say } = words.toolchains
  const [isMending, setMending] = useState(false)
  const { cause, remedy, command, mend, runner } = trap
  return (
    <div className="report-trap">
      <Verdict is="warn">
        {runner && <strong>{runner.name}: </strong>}
        {inSentences(cause)} <span className="soft">{inSentences(remedy)}</span>
      </Verdict>
      {mend ? (
        <Button className="button trap-fix" onPress={() => setMending(true)}>
          {say.fix}
        </Button>
      ) : (
        command !== undefined && <code className="command">{command}</code>
      )}
      {isMending && mend && (
        <EditDialog
          connection={connection}
          edit={{ what: 'mend', reference, mend, ...(runner && { runner: runner.key }) }}
          title={say.fixTitle}
          lead={inSentences(remedy)}
          action={say.mend}
          onClose={() => setMending(false)}
          onDone={onMended}
        />
      )}
    </div>
  )
}

function Proof({ proof: { program, exitCode, printed } }: { readonly proof: DoctorProof }) {
  const { words } = useReader()
  const isGood = exitCode === 0
  return (
    <li className="proof">
      <p className="mono">
        <span className={isGood ? 'tone-good mark' : 'tone-bad mark'}>
          {isGood ? <PassedShape /> : <FailedShape />}
        </span>
        $ {program.split('/').at(-1)} --version
        {!isGood && <span className="tone-bad"> {words.exitCode(exitCode)}</span>}
      </p>
      <p className="mono proof-output">{printed}</p>
    </li>
  )
}
