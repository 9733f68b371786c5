import type { ReactNode } from "react"
import type { ReactFormState } from "react-dom/client"

/** Where the server sends the browser instead of, or after, what it asked for. */
export interface Redirect {
  url: string
  kind: "push" | "replace"
  /** Another host, which the action named on purpose. */
  external: boolean
}

/** The root model of every Flight answer: documents, navigations and calls. */
export interface Payload {
  /** The whole document, `<html>…</html>`. An answer to a call leaves it out when nothing on the page changed. */
  root?: ReactNode
  /** Path and query for which the root was rendered. */
  page: string
  build: string
  /** Milliseconds on the server's clock. Of two renders of one page the newer one is shown. */
  renderedAt: number
  /** Answers to calls only. Rejects with a digest. */
  returnValue?: Promise<unknown>
  /** The root, if there is one, is then the target's. */
  redirect?: Redirect
  /** Something was revalidated: pages kept for back and forward are out of date. */
  revalidated?: boolean
  /** Documents that answer a form posted without JavaScript: what `hydrateRoot` wants. */
  formState?: ReactFormState | null
}
