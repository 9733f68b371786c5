import type { RootOptions } from "react-dom/client"
import { isSignal } from "./errors"

/** What steers the browser is nothing to report; all else is reported as React does it by itself. */
export const rootOptions: RootOptions = {
  onCaughtError(error, { componentStack }) {
    if (isSignal(error)) return
    if (process.env.NODE_ENV === "production") console.error(error)
    else console.error(error, componentStack)
  },
  onUncaughtError(error) {
    if (!isSignal(error)) reportError(error)
  },
  onRecoverableError(error) {
    if (!isSignal(error) && !isSignal((error as Error).cause)) reportError(error)
  },
}

/** The same for promises that nobody waits for, such as a call in an event handler that ended in a redirect. */
export function silenceSignals(): void {
  addEventListener("unhandledrejection", (event) => {
    if (isSignal(event.reason)) event.preventDefault()
  })
  addEventListener("error", (event) => {
    if (isSignal(event.error)) event.preventDefault()
  })
}
