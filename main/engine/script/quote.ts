/**
 * A word that bash, dash and busybox sh all read back byte for byte. NUL, which no shell word can hold, is dropped.
 */
export function quote(text: string): string {
  const word = text.replaceAll('\0', '')
  return /^[A-Za-z0-9_@,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
