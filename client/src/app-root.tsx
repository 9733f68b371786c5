import type { ReactNode } from "react"
import { RootBoundary } from "./boundaries"
import type { Payload } from "./payload"
import { AttemptContext, PageContext, type Router, RouterContext } from "./router"

export type { Payload } from "./payload"

export interface AppRootProps {
  payload: Payload
  /** In the browser only. */
  router?: Router
  /** Counts up when error boundaries should try again although the page is the same. */
  attempt?: number
}

/** The top of the tree, the same where HTML is made and where it is hydrated. */
export function AppRoot({ payload, router = {} as Router, attempt = 0 }: AppRootProps): ReactNode {
  return (
    <RouterContext value={router}>
      <PageContext value={payload.page}>
        <AttemptContext value={`${attempt} ${payload.page}`}>
          <RootBoundary>{payload.root}</RootBoundary>
        </AttemptContext>
      </PageContext>
    </RouterContext>
  )
}
