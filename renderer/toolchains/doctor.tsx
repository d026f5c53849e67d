import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { MatrixCell, ToolchainMatrix } from '../../main/contract/doctor.ts'
import { inWords, type ToolchainRef } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { Examination } from './examination.tsx'
import { FitMark } from './fit-mark.tsx'

interface DoctorProps {
  readonly connection: Connection
  /** The name of the one toolchain whose versions are shown. */
  readonly only?: string
  /** Examined at once. */
  readonly first?: Pair | undefined
}

interface Pair {
  readonly reference: ToolchainRef
  readonly image: string
}

/** Toolchains × images: what is known, and the doctor's word on each pair. */
export function Doctor({ connection, only, first }: DoctorProps) {
  const { words, inSentences } = useReader()
  const { doctor: say } = words.toolchains
  const matrix = useAnswer(connection, (api) => api.readMatrix(undefined))
  const [pair, setPair] = useState<Pair | undefined>(
    first && {
      image: first.image,
      reference: { name: first.reference.name, version: first.reference.version },
    },
  )
  const [typed, setTyped] = useState('')
  const found = matrix.value
  if (found === undefined)
    return matrix.error === undefined ? (
      <Notice>{say.loading}</Notice>
    ) : (
      <Failed why={matrix.error} onAgain={matrix.askAgain}>
        {say.failed}
      </Failed>
    )
  if (found.state === 'no-engine')
    return (
      <Notice
        why={inSentences(found.problem, found.remedy)}
        action={
          <Button className="button" onPress={matrix.askAgain}>
            {words.connection.retry}
          </Button>
        }
      >
        {say.noEngine}
      </Notice>
    )
  const rows = found.rows.filter(({ reference }) => only === undefined || reference.name === only)
  if (found.images.length === 0) return <Notice>{say.noImages}</Notice>
  return (
    <div className="doctor">
      <p className="soft">{say.lead}</p>
      <Matrix images={found.images} rows={rows} pair={pair} onChoose={setPair} />
      <form
        className="doctor-other"
        onSubmit={(event) => {
          event.preventDefault()
          const [first] = rows
          if (first && typed.trim() !== '')
            setPair({ reference: pair?.reference ?? first.reference, image: typed.trim() })
        }}
      >
        <input
          className="input mono"
          aria-label={say.otherImage}
          placeholder={say.otherImage}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" className="button" isDisabled={typed.trim() === ''}>
          {say.check}
        </Button>
      </form>
      {pair && (
        <Examination
          key={`${inWords(pair.reference)} ${pair.image}`}
          connection={connection}
          reference={pair.reference}
          image={pair.image}
          onImage={(image) => setPair({ ...pair, image })}
          onReport={matrix.askAgain}
        />
      )}
    </div>
  )
}

interface MatrixProps extends Pick<Extract<ToolchainMatrix, { state: 'ready' }>, 'images' | 'rows'> {
  readonly pair: Pair | undefined
  readonly onChoose: (pair: Pair) => void
}

function Matrix({ images, rows, pair, onChoose }: MatrixProps) {
  const { words, format } = useReader()
  const { doctor: say } = words.toolchains
  return (
    <div className="matrix-frame" role="region" aria-label={say.title} tabIndex={0}>
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">{say.image}</th>
            {rows.map(({ reference }) => (
              <th scope="col" key={inWords(reference)}>
                {reference.name} <span className="soft">{reference.version}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {images.map((image, column) => (
            <tr key={image.name}>
              <th scope="row">
                <span className="mono cut" title={image.name}>
                  {image.name}
                </span>
                <span className="soft">{format.size(image.size)}</span>
              </th>
              {rows.map(({ reference, cells }) => (
                <td key={inWords(reference)}>
                  <Cell
                    cell={cells[column] ?? { state: 'unknown' }}
                    name={`${inWords(reference)}, ${image.name}`}
                    isChosen={pair?.image === image.name && inWords(pair.reference) === inWords(reference)}
                    onPress={() => onChoose({ reference, image: image.name })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface CellProps {
  readonly cell: MatrixCell
  readonly name: string
  readonly isChosen: boolean
  readonly onPress: () => void
}

function Cell({ cell, name, isChosen, onPress }: CellProps) {
  const share =
    cell.state === 'examined' && cell.fit === 'partly' ? `${cell.runs}/${cell.programs}` : undefined
  return (
    <Button className={isChosen ? 'matrix-cell is-chosen' : 'matrix-cell'} onPress={onPress}>
      <span className="visually-hidden">{`${name}: `}</span>
      <FitMark cell={cell} />
      {share !== undefined && <span className="soft">{share}</span>}
    </Button>
  )
}
