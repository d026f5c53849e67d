/** A runner token without its prefix, cut to 9 characters: public enough for names and the log (job-execution.md §6.3). */
export function shortToken(token: string): string {
  return token
    .replace(/^(?:glrt-(?:t[123]_)?|t[123]_|glrtr-)/, '')
    .replace(/^glcbt-/, '')
    .replace(/^GR[0-9A-Fa-f]{7}/, '')
    .slice(0, 9)
}

/** A name Docker and DNS accept: `[a-z0-9-]`, beginning with a letter or digit, at most 63 characters. */
export function toHostName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '')
    .replace(/^-+/, '')
    .slice(0, 63)
}
