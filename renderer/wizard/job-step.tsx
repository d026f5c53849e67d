import { Fragment, useState } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import { destroysPath, foldersOfPath } from '../../main/contract/mend-environment.ts'
import { DangerousMounts, isOpen } from '../runners/dangerous-mounts.tsx'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'
import { FolderRow } from './folder-row.tsx'
import { ImageField } from './image-field.tsx'
import { FoundPrograms } from '../toolchains/found-programs.tsx'
import { ShelveFolder, withToolchain } from '../toolchains/shelve-folder.tsx'
import { ToolchainChoice } from '../toolchains/toolchain-choice.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { TextRow } from './text-row.tsx'
import type { StepProps } from './step-props.ts'
import { StepFrame } from './step-frame.tsx'
import { useDangers } from './use-dangers.ts'

export function JobStep({ connection, answers, state, goTo }: StepProps) {
  const { words } = useReader()
  const { job } = words.setup
  const draft = useStore(answers.draft)
  const { mounts, environment, path } = draft
  const dangers = useDangers(connection, draft)
  const isComplete =
    draft.image.trim() !== '' && !isOpen(dangers, draft.consents) && !environment.some(destroysPath)
  const [shelved, setShelved] = useState<string>()
  return (
    <StepFrame
      question={job.question}
      onBack={() => goTo(state.practice ? 'docker' : 'token')}
      onNext={isComplete ? () => goTo('test') : undefined}
    >
      <ImageField
        connection={connection}
        engine={{ host: draft.dockerHost, tlsVerify: draft.tlsVerify, tlsCertPath: draft.tlsCertPath }}
        value={draft.image}
        onChange={(image) => answers.change({ image })}
      />
      <ToolchainChoice
        connection={connection}
        chosen={draft.toolchains}
        onChange={(toolchains) => answers.change({ toolchains })}
      />
      <section className="rows">
        <h3 className="label">{job.mounts}</h3>
        <p className="hint">{job.mountsHint}</p>
        {mounts.map((mount, index) => (
          <FolderRow
            // A row has no other identity than its place: its texts are being typed.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            mount={mount}
            onChange={(next) => answers.change({ mounts: mounts.with(index, next) })}
            onRemove={() => answers.change({ mounts: mounts.toSpliced(index, 1) })}
          >
            <FoundPrograms
              connection={connection}
              mount={mount}
              path={path}
              onChange={(next) => answers.change({ path: next })}
            />
            {/* Jobs never write into a toolchain's folder. */}
            {mount.readOnly && (
              <ShelveFolder
                connection={connection}
                mount={mount}
                path={path}
                onShelved={(reference) => {
                  answers.change(withToolchain(draft, index, reference))
                  setShelved(`${reference.name} ${reference.version}`)
                }}
              />
            )}
          </FolderRow>
        ))}
        <Button
          className="button"
          onPress={() => answers.change({ mounts: [...mounts, { source: '', target: '', readOnly: true }] })}
        >
          {job.addMount}
        </Button>
        <DangerousMounts
          dangers={dangers}
          consents={draft.consents}
          onChange={(consents) => answers.change({ consents })}
        />
        <span role="status">
          {shelved !== undefined && <Verdict is="good">{words.toolchains.wizard.added(shelved)}</Verdict>}
        </span>
      </section>
      <section className="rows">
        <h3 className="label">{job.environment}</h3>
        <p className="hint">{job.environmentHint}</p>
        {environment.map((entry, index) => (
          // oxlint-disable-next-line react/no-array-index-key
          <Fragment key={index}>
            <TextRow
              label={`${job.variable}=${job.value}`}
              placeholder="DDK_HOME=/opt/sdk"
              value={entry}
              onChange={(next) => answers.change({ environment: environment.with(index, next) })}
              onRemove={() => answers.change({ environment: environment.toSpliced(index, 1) })}
            />
            {destroysPath(entry) && (
              <Button
                className="button"
                onPress={() =>
                  answers.change({
                    environment: environment.toSpliced(index, 1),
                    path: [...path, ...foldersOfPath(entry)],
                  })
                }
              >
                {job.takePath}
              </Button>
            )}
          </Fragment>
        ))}
        <Button className="button" onPress={() => answers.change({ environment: [...environment, ''] })}>
          {job.addVariable}
        </Button>
      </section>
      <section className="rows">
        <h3 className="label">{job.path}</h3>
        <p className="hint">{job.pathHint}</p>
        {path.map((folder, index) => (
          <TextRow
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            label={job.folder}
            placeholder="/opt/sdk/bin"
            value={folder}
            onChange={(next) => answers.change({ path: path.with(index, next) })}
            onRemove={() => answers.change({ path: path.toSpliced(index, 1) })}
          />
        ))}
        <Button className="button" onPress={() => answers.change({ path: [...path, ''] })}>
          {job.addPath}
        </Button>
      </section>
      <Field
        label={`${job.compiler}${words.aside(words.setup.optional)}`}
        hint={job.compilerHint}
        value={draft.compiler}
        onChange={(compiler) => answers.change({ compiler: compiler.trim() })}
        mono
      />
    </StepFrame>
  )
}
