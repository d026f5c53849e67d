/** What is asked of Electron's `Session`. */
export interface RequestingSession {
  readonly webRequest: {
    onBeforeRequest(
      listener: (details: { readonly url: string }, answer: (answer: { cancel: boolean }) => void) => void,
    ): void
  }
}

/**
 * Has a session refuse every request that others on the way could read or change, also one that it was redirected to.
 * Only this machine itself may be asked without TLS.
 */
export function refusePlainHttp(session: RequestingSession, onRefused: (url: string) => void): void {
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const cancel = !isSafeFromOthers(url)
    if (cancel) onRefused(url)
    answer({ cancel })
  })
}

export function isSafeFromOthers(url: string): boolean {
  const parsed = URL.parse(url)
  if (parsed === null) return false
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isThisMachine(parsed.hostname))
}

const isThisMachine = (host: string) =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
