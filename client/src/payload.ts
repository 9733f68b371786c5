import type { ReactNode } from "react"
import type { ReactFormState } from "react-dom/client"

/** Where the server sends the browser instead of, or after, what it asked for. */
export interface Redirect {
  url: string
  kind: "push" | "replace"
  /** Another host, which the action named on purpose. */
  external: boolean
}

export type Changes = string[] | true

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
  /** Of a page: short names of what it was made from, its path and what it read. There when the page is complete. */
  sources?: Promise<string[]>
  /** Answers to calls only: the names of what has changed, or true where any page may have. */
  revalidated?: Changes
  /** Documents that answer a form posted without JavaScript: what `hydrateRoot` wants. */
  formState?: ReactFormState | null
}
