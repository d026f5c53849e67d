/** What the application interrupts somebody for; each is a setting of its own. */
export type NoticeKind = 'JobFailed' | 'JobPassed' | 'DiskLow' | 'TokenExpiring' | 'EngineGone'
