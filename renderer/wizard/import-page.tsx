import { useState } from 'react'
import { Button, FileTrigger } from 'react-aria-components'

import type { ImportReport } from '../../main/contract/setup.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { Field } from '../ui/field.tsx'
import { BackIcon } from '../ui/icons.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { useCheck, wordsOf } from './use-check.ts'
import './import.css'

/** Takes the runners of another config.toml over, after saying what becomes of each of its keys. */
export function ImportPage({ connection }: { readonly connection: Connection }) {
  const { words, inSentences } = useReader()
  const say = words.setup.import
  const [text, setText] = useState('')
  const [file, setFile] = useState<string>()
  const [trouble, setTrouble] = useState<string>()
  const offered = useAnswer(connection, (api) => api.listImportFiles(undefined)).value ?? []
  const source = file === undefined ? { text } : { file }
  const report = useCheck(
    connection,
    file === undefined && text.trim() === '' ? undefined : JSON.stringify(source),
    (api) => api.reportImport(source),
    200,
  )
  const write = (pasted: string) => {
    setFile(undefined)
    setText(pasted)
  }
  const take = async () => {
    try {
      const api = await connection.ready(new AbortController().signal)
      await api.takeImport(source)
      window.location.hash = linkTo({ page: 'runners' })
    } catch (error) {
      setTrouble(wordsOf(error))
    }
  }
  const choose = async (files: FileList | null) => {
    const chosen = files?.[0]
    if (chosen) write(await chosen.text())
  }
  return (
    <div className="page" data-page="import">
      <div className="job-head">
        <a className="back-link soft" href={linkTo({ page: 'runners' })}>
          <BackIcon /> {words.runner.back}
        </a>
        <h1>{say.title}</h1>
      </div>
      <div className="page-body import">
        <p className="soft">{say.lead}</p>
        {offered.length > 0 && (
          <div className="choices" role="group" aria-label={say.found}>
            <span className="soft">{say.found}</span>
            {offered.map((one) => (
              <Button key={one} className="button" onPress={() => setFile(one)}>
                <code>{one}</code>
              </Button>
            ))}
          </div>
        )}
        <div className="choices">
          <FileTrigger acceptedFileTypes={['.toml']} onSelect={(files) => void choose(files)}>
            <Button className="button">{say.choose}…</Button>
          </FileTrigger>
          {offered.length === 0 && <span className="hint">{say.places}</span>}
        </div>
        <Field
          label={say.paste}
          value={file === undefined ? text : ''}
          onChange={write}
          rows={text === '' ? 4 : 8}
          mono
        />
        {file !== undefined && (
          <p>
            {say.reading} <code>{file}</code>
          </p>
        )}
        {trouble !== undefined && <Verdict is="bad">{trouble}</Verdict>}
        {report.kind === 'failed' && <Verdict is="bad">{inSentences(report.why)}</Verdict>}
        {report.kind === 'answered' && <Report report={report.answer} onTake={() => void take()} />}
      </div>
    </div>
  )
}

const tones = { taken: 'good', 'no-effect': 'warn', refused: 'bad' } as const

function Report({ report, onTake }: { readonly report: ImportReport; readonly onTake: () => void }) {
  const { words, inSentences } = useReader()
  const say = words.setup.import
  const count = report.runners.filter(({ refused }) => refused === undefined).length
  if (report.problem) {
    const { line, message, remedy } = report.problem
    return (
      <Verdict is="bad">
        {say.unreadable} {line !== undefined && `${words.health.line(line)}: `}
        {inSentences(message)} {remedy !== undefined && <span className="soft">{inSentences(remedy)}</span>}
      </Verdict>
    )
  }
  return (
    <>
      <section>
        <h2>{say.runners}</h2>
        <ul className="findings">
          {report.runners.map(({ name, url, executor, refused }, index) => (
            // Two entries of a file may look the same.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              <Verdict is={refused === undefined ? 'good' : 'bad'}>
                {name} <span className="soft">{url}</span>
                {refused !== undefined && (
                  <span>
                    {' '}
                    · {refused === 'executor' ? say.refusal.executor(executor) : say.refusal[refused]}
                  </span>
                )}
              </Verdict>
            </li>
          ))}
        </ul>
      </section>
      <div className="choices">
        {count > 0 ? (
          <Button className="button primary" onPress={onTake}>
            {say.take(count)}
          </Button>
        ) : (
          <Verdict is="warn">{say.nothing}</Verdict>
        )}
      </div>
      <section>
        <h2>{say.keys}</h2>
        <table className="import-keys">
          <tbody>
            {report.keys.map(({ path, fate, why }) => (
              <tr key={path}>
                <th scope="row" className="mono">
                  {path}
                </th>
                <td>
                  <Verdict is={tones[fate]}>{say[fate]}</Verdict>
                </td>
                <td className="soft">{why !== undefined && inSentences(why)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}
