import { useEffect } from 'react'

/** Names the window after what is shown in it. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Drydock`
  }, [title])
}
