import type { Notice } from './notices.ts'

/** What is asked of Electron's `Notification`. */
export interface ShownNotification {
  on(event: 'click', listener: () => void): unknown
  on(event: 'failed', listener: (event: unknown, error: string) => void): unknown
  show(): void
}

export interface NotificationMaker {
  readonly make: (words: Pick<Notice, 'title' | 'body'>) => ShownNotification
  readonly isSupported: () => boolean
  readonly onFailed: (error: string) => void
}

/** So many wait to be clicked; those before them have been seen or not. */
const mostKept = 50

/**
 * Shows notifications of the system. Electron does not keep them: one that is collected as garbage, which happens within
 * a minute, stays on the screen, and a click on it does nothing.
 */
export function noticeBoard({ make, isSupported, onFailed }: NotificationMaker) {
  const shown = new Set<ShownNotification>()
  return function notify(words: Pick<Notice, 'title' | 'body'>, onClick: () => void): void {
    if (!isSupported()) return
    const notification = make(words)
    const forget = () => void shown.delete(notification)
    shown.add(notification)
    notification.on('click', () => {
      forget()
      onClick()
    })
    notification.on('failed', (_, error) => {
      forget()
      onFailed(error)
    })
    // "close" says nothing: on Windows and GNOME it comes when the notification moves from the screen into the list of
    // the system, where it can still be clicked.
    for (const oldest of shown) if (shown.size > mostKept) shown.delete(oldest)
    notification.show()
  }
}
