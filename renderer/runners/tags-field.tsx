import { useState } from 'react'
import { Button } from 'react-aria-components'

import { readTags } from '../../main/contract/job-match.ts'
import { Field } from '../ui/field.tsx'
import { PlusIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

interface TagsFieldProps {
  readonly label: string
  readonly tags: readonly string[]
  readonly onChange: (tags: readonly string[]) => void
  readonly suggestions: readonly string[]
}

/** Tags as people write them, and those that suit what was found here to add by one click. */
export function TagsField({ label, tags, onChange, suggestions }: TagsFieldProps) {
  const { words } = useReader()
  const { token } = words.setup
  // What is typed has commas and spaces that its tags have not.
  const [typed, setTyped] = useState(tags.join(', '))
  const isOurs = JSON.stringify(readTags(typed)) === JSON.stringify(tags)
  const text = isOurs ? typed : tags.join(', ')
  const change = (next: string) => {
    setTyped(next)
    onChange(readTags(next))
  }
  return (
    <div className="step-fields tags-field">
      <Field label={label} hint={token.tagsHint} value={text} onChange={change} />
      {suggestions.length > 0 && (
        <div className="choices" role="group" aria-label={token.suggested}>
          <span className="soft">{token.suggested}</span>
          {suggestions.map((tag) => (
            <Button
              key={tag}
              className="button chip suggestion"
              aria-label={`${words.setup.add} ${tag}`}
              onPress={() => change([...tags, tag].join(', '))}
            >
              <PlusIcon size={12} />
              {tag}
            </Button>
          ))}
        </div>
      )}
    </div>
  )
}
