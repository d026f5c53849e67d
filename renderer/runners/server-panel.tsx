import { useState } from 'react'
import { Button } from 'react-aria-components'

import { gitlabPages } from '../../main/contract/gitlab-pages.ts'
import type { RunnerApi } from '../../main/contract/api.ts'
import type { ServerEdit, ServerFacts } from '../../main/contract/runner-file.ts'
import type { Connection } from '../state/connection.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { Field } from '../ui/field.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { wordsOf } from '../wizard/use-check.ts'
import { TagsField } from './tags-field.tsx'

interface ServerPanelProps {
  readonly url: string
  readonly runnerKey: string
  readonly connection: Connection
  readonly facts: ServerFacts | undefined
  /** Tags that suit what is here. */
  readonly suggest: (has: readonly string[]) => readonly string[]
  readonly onFacts: (facts: ServerFacts) => void
}

const scopes = ['instance', 'group', 'project'] as const

type Known = Extract<ServerFacts, { state: 'known' }>

/** What only GitLab knows of a runner, read and changed with a person's token. */
export function ServerPanel({ url, runnerKey, connection, facts, suggest, onFacts }: ServerPanelProps) {
  const { words, inSentences } = useReader()
  const { server } = words.runner
  const [token, setToken] = useState('')
  const [remember, setRemember] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const [isSaved, setIsSaved] = useState(false)
  const pages = gitlabPages(url)
  const known = facts?.state === 'known' ? facts : undefined
  const place = facts !== undefined && 'place' in facts ? facts.place : undefined

  const refusal =
    facts?.state === 'refused'
      ? `${server.refused} ${inSentences(facts.problem)}`
      : facts?.state === 'no-id'
        ? server.noId
        : undefined
  const complaint = trouble ?? refusal

  const ask = async (work: (api: RunnerApi) => Promise<ServerFacts>) => {
    setTrouble(undefined)
    setIsSaved(false)
    try {
      const answer = await work(await connection.ready(new AbortController().signal))
      onFacts(answer)
      return answer.state === 'known'
    } catch (error) {
      setTrouble(inSentences(wordsOf(error)))
      return false
    }
  }
  const askWithToken = () =>
    ask((api) =>
      api.askServer({
        key: runnerKey,
        ...(token.trim() !== '' && { token: token.trim(), remember: remember && place !== undefined }),
      }),
    )
  const forget = () => {
    setToken('')
    setRemember(false)
    return ask((api) => api.forgetToken({ key: runnerKey }))
  }
  const save = async (change: ServerEdit) =>
    setIsSaved(await ask((api) => api.editOnServer({ key: runnerKey, change })))

  return (
    <div className="server-panel">
      {known === undefined && <p className="soft">{server.lead}</p>}
      {known === undefined && (
        <form
          className="step-fields"
          onSubmit={(event) => {
            event.preventDefault()
            void askWithToken()
          }}
        >
          <Field
            label={server.token}
            hint={remember ? undefined : server.memory}
            value={token}
            onChange={setToken}
            type="password"
            mono
          />
          {place !== undefined && (
            <CheckBox
              isSelected={remember}
              onChange={setRemember}
              hint={place === 'plain' ? server.plainHint : undefined}
            >
              {server.remember[place]}
            </CheckBox>
          )}
          <div className="step-actions">
            <Button type="submit" className="button primary">
              {server.ask}
            </Button>
          </div>
        </form>
      )}
      {known === undefined && pages && (
        <div className="places">
          <p className="soft">{server.whereTitle}</p>
          {scopes.map((scope) => (
            <a key={scope} className="text-link" href={pages.runners[scope]} target="_blank" rel="noreferrer">
              {server.where[scope]}
            </a>
          ))}
        </div>
      )}
      <div role="status" className="verdicts">
        {complaint !== undefined && <Verdict is="bad">{complaint}</Verdict>}
        {isSaved && <Verdict is="good">{server.saved}</Verdict>}
      </div>
      {known && (
        <ServerForm
          key={JSON.stringify(known)}
          facts={known}
          page={pages?.runner(known.id, known.scope, known.owner)}
          suggest={suggest}
          onSave={(change) => void save(change)}
          onForget={known.isRemembered ? () => void forget() : undefined}
        />
      )}
    </div>
  )
}

interface ServerFormProps extends Pick<ServerPanelProps, 'suggest'> {
  readonly facts: Known
  readonly page: string | undefined
  readonly onSave: (change: ServerEdit) => void
  /** Where the token is remembered. */
  readonly onForget: (() => void) | undefined
}

function ServerForm({ facts, page, suggest, onSave, onForget }: ServerFormProps) {
  const { words } = useReader()
  const { server, form } = words.runner
  const { token } = words.setup
  const [name, setName] = useState(facts.description)
  const [tags, setTags] = useState(facts.tags)
  const [minutes, setMinutes] = useState(
    facts.maximumTimeout === undefined ? '' : String(facts.maximumTimeout / 60),
  )
  const [flags, setFlags] = useState({
    runUntagged: facts.runUntagged,
    protected: facts.protected,
    locked: facts.locked,
    paused: facts.paused,
  })
  const seconds = minutes.trim() === '' ? null : Number(minutes) * 60
  const isBad = seconds !== null && !(seconds >= 600 && Number.isInteger(seconds))
  return (
    <form
      className="step-fields"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isBad) onSave({ description: name, tags: [...tags], ...flags, maximumTimeout: seconds })
      }}
    >
      <p>
        {server.scope} {server.scopes[facts.scope]} <span className="soft">· {server.role[facts.scope]}</span>
      </p>
      {facts.others.length > 0 && (
        <Verdict is="warn">
          {server.others(facts.others.length)}{' '}
          <span className="soft mono">
            {facts.others.map(({ systemId, address }) => `${systemId} (${address})`).join(', ')}
          </span>
        </Verdict>
      )}
      {facts.scope !== 'project' && <Verdict is="warn">{server.shared}</Verdict>}
      <Field label={form.name} value={name} onChange={setName} />
      <TagsField label={server.tags} tags={tags} onChange={setTags} suggestions={suggest(tags)} />
      <Field
        label={server.timeout}
        hint={token.timeoutHint}
        problem={isBad ? token.timeoutBad : undefined}
        value={minutes}
        onChange={setMinutes}
      />
      <div className="step-checks">
        {(['runUntagged', 'protected', 'locked', 'paused'] as const).map((flag) => (
          <CheckBox
            key={flag}
            isSelected={flags[flag]}
            onChange={(value) => setFlags({ ...flags, [flag]: value })}
            hint={flag === 'protected' ? token.protectedHint : undefined}
          >
            {flag === 'runUntagged' ? server.untagged : server[flag]}
          </CheckBox>
        ))}
      </div>
      <div className="step-actions">
        <Button type="submit" className="button primary" isDisabled={isBad}>
          {server.save}
        </Button>
        {onForget && (
          <Button className="button" onPress={onForget}>
            {server.forget}
          </Button>
        )}
        {page !== undefined && (
          <a className="text-link" href={page} target="_blank" rel="noreferrer">
            {server.open}
          </a>
        )}
      </div>
    </form>
  )
}
