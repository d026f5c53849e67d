/**
 * Replaces `$NAME` and `${NAME}` by the process's environment, once; what is not set becomes nothing
 * (config-toml.md §1, for `url` and `token` only).
 */
export function expandEnvironment(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly unset: readonly string[] } {
  const unset: string[] = []
  const expanded = text.replace(/\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? ''
    const value = environment[name]
    if (value === undefined) unset.push(name)
    return value ?? ''
  })
  return { text: expanded, unset }
}
