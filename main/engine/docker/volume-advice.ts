/** Mistakes people make in `volumes`, each with what to write instead (docker-executor.md §9.1, §18.4). */
const mistakes: readonly { readonly like: RegExp; readonly advice: (match: RegExpExecArray) => string }[] = [
  {
    like: /^[a-z]:[\\/]|^\/\/[a-z]\//i,
    advice: () =>
      'a Windows path cannot be written here; with Docker Desktop write /run/desktop/mnt/host/c/… for C:\\…, in WSL /mnt/c/…',
  },
  { like: /^~/, advice: () => '"~" is not expanded; write the whole path, such as /home/me/tools' },
  {
    like: /^\$/,
    advice: () => 'variables are expanded in the destination only; write the host path in full',
  },
  { like: /^\.{1,2}\//, advice: () => 'the host path must be absolute' },
  { like: /^[^:]*\/\/|:[^:]*\/\//, advice: () => 'a doubled slash is not allowed' },
  {
    like: /[:,](nocopy|cached|delegated|consistent|U)\b/,
    advice: (match) => `the option "${match[1]}" is not supported; leave it out`,
  },
  {
    like: /[:,](z|r?shared|r?slave|r?private)[:,](ro|rw)\b/i,
    advice: (match) =>
      `options have an order: write "${match[2]},${match[1]}" instead of "${match[1]},${match[2]}"`,
  },
  { like: /^[^:/]+:[^/]/, advice: () => 'the path in the container must be absolute' },
  { like: /^[^:/]+$/, advice: () => 'a path in the container, beginning with "/", is missing' },
]

/** Why an entry is refused, and what to write instead. */
export function adviceOn(spec: string): string {
  for (const { like, advice } of mistakes) {
    const match = like.exec(spec)
    if (match !== null) return advice(match)
  }
  return 'it must read [source:]destination[:mode][:label][:propagation], such as /opt/tools:/opt/tools:ro'
}
