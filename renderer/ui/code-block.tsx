interface CodeBlockProps {
  readonly text: string
  readonly label: string
}

/** The text of a file; a long line goes on below. */
export function CodeBlock({ text, label }: CodeBlockProps) {
  return (
    <pre className="code-block" tabIndex={0} aria-label={label}>
      {text.split('\n').map((line, index) => (
        // Lines have no other identity than their order.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index} className="code-line">
          {`${line}\n`}
        </span>
      ))}
    </pre>
  )
}
