import { CodeBlock } from '../ui/code-block.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { useReader } from '../ui/reader.tsx'

/** A command that makes a container like the one of the job's scripts, for a terminal. */
export function Recreate({ command }: { readonly command: string }) {
  const { words } = useReader()
  const say = words.recreate
  return (
    <section>
      <h2 className="with-button">
        {say.title}
        <CopyButton text={() => command} label={words.kept.copy} />
      </h2>
      <CodeBlock text={command} label={say.title} />
      <p className="soft">{say.hint}</p>
    </section>
  )
}
