import { type ReactNode, useInsertionEffect, useLayoutEffect, useReducer, useState } from "react"
import { AppRoot } from "./app-root"
import { attachRoot, commitUrl, commitView, router } from "./navigation"
import type { View } from "./pages"

/** The tree in the browser: the view that navigation last gave it. */
export function BrowserRoot({ first }: { first: View }): ReactNode {
  const [view, setView] = useState(first)
  const [, restart] = useReducer((count: number) => count + 1, 0)
  useInsertionEffect(() => commitUrl(view), [view])
  useLayoutEffect(() => commitView(view), [view])
  useLayoutEffect(() => attachRoot(setView, restart), [])
  return <AppRoot payload={view.payload} router={router} attempt={view.attempt} />
}
