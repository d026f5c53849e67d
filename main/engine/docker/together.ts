/**
 * Runs tasks side by side. The first failure aborts the others, and all have ended before it is thrown, so that
 * nothing is made behind the back of a cleanup.
 */
export async function together<const Tasks extends readonly ((signal: AbortSignal) => Promise<unknown>)[]>(
  signal: AbortSignal,
  tasks: Tasks,
): Promise<{ -readonly [Key in keyof Tasks]: Awaited<ReturnType<Tasks[Key]>> }> {
  const others = new AbortController()
  let failure: { readonly error: unknown } | undefined
  const both = AbortSignal.any([signal, others.signal])
  const results = await Promise.all(
    tasks.map(async (task) => {
      try {
        both.throwIfAborted()
        return await task(both)
      } catch (error) {
        failure ??= { error }
        others.abort(error)
        return undefined
      }
    }),
  )
  if (failure !== undefined) throw failure.error
  return results as { -readonly [Key in keyof Tasks]: Awaited<ReturnType<Tasks[Key]>> }
}
