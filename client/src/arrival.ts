/** What a browser does by itself when a document has loaded: scroll, move the focus, tell screen readers. */

import type { Position } from "./pages"

const STORAGE_KEY = "jetbridge-scroll"

let positions: Record<string, Position> = {}
let announcer: HTMLElement | undefined

/** Remembers where each history entry is scrolled to, over a reload too. */
export function watchScroll(currentKey: () => string): void {
  try {
    positions = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "{}") as typeof positions
  } catch {
    // No storage here, or not ours: then positions last as long as the document.
  }
  const takeOver = (): void => {
    history.scrollRestoration = "manual"
  }
  takeOver()
  addEventListener("pageshow", takeOver)
  addEventListener("pagehide", () => {
    // Whoever comes back to this document from elsewhere is scrolled by the browser.
    history.scrollRestoration = "auto"
    try {
      sessionStorage.setItem(STORAGE_KEY, JSON.stringify(positions))
    } catch {
      // As above.
    }
  })
  addEventListener("scroll", () => void (positions[currentKey()] = [scrollX, scrollY]), { passive: true })
}

export function savedPosition(key: string | undefined): Position | undefined {
  return key === undefined ? undefined : positions[key]
}

export function scrollToPosition(position: Position | "top", hash: string): void {
  const target = position === "top" ? findTarget(hash) : null
  if (target) target.scrollIntoView({ behavior: "instant" })
  else {
    const [left, top] = position === "top" ? [0, 0] : position
    scrollTo({ left, top, behavior: "instant" })
  }
}

/**
 * Lets the next Tab start at the top of the new page, or at the hash's target.
 *
 * `before` had the focus when the page was asked for: if another element has it now, it wanted it (autoFocus).
 */
export function resetFocus(before: Element | null, hash: string): void {
  const active = document.activeElement
  if (active && active !== document.body && active !== before) return
  const target = findTarget(hash) ?? document.body
  const tabIndex = target.getAttribute("tabindex")
  target.tabIndex = -1
  target.focus({ preventScroll: true })
  if (tabIndex === null) target.removeAttribute("tabindex")
  else target.setAttribute("tabindex", tabIndex)
}

/** A live region must stand in the document before it says something. */
export function prepareAnnouncer(): void {
  if (announcer?.isConnected) return
  announcer = document.createElement("div")
  announcer.setAttribute("aria-live", "polite")
  announcer.setAttribute("aria-atomic", "true")
  announcer.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap"
  document.body.append(announcer)
}

export function announcePage(): void {
  prepareAnnouncer()
  const text = document.title || document.querySelector("h1")?.textContent || location.pathname
  ;(announcer as HTMLElement).textContent = text
}

function findTarget(hash: string): HTMLElement | null {
  return hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null
}
