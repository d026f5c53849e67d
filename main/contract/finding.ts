/** What a check of the installation found. */
export interface Finding {
  readonly about: string
  readonly verdict: 'good' | 'warning' | 'problem'
  readonly message: string
  readonly remedy?: string
}

/** A file for whoever helps: shown before it is saved, and nothing is sent anywhere. */
export interface SupportReport {
  readonly fileName: string
  readonly text: string
}
