/** A page of plain words, for when the application itself cannot be shown. Under the policy it can have no style. */
function page(title: string, ...paragraphs: readonly string[]): string {
  const body = paragraphs.map((text) => `<p>${text}</p>`).join('\n')
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${title}</title></head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`
}

export const notBuiltPage = page(
  'The interface is not built yet',
  'Run <code>npm run build</code> in the Drydock folder, then load this page again.',
)

export const lockedPage = page(
  'Drydock is locked',
  'Open the address that Drydock printed when it started. It ends in <code>?token=…</code> and lets this browser in.',
)

export const notFoundPage = page('Nothing here', '<a href="/">Go to Drydock</a>')
