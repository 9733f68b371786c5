import { createContext, useContext, useMemo } from "react"
import type { Href } from "./routes"

export interface NavigateOptions {
  /** Whether to start at the top of the new page; true unless said otherwise. */
  scroll?: boolean
}

/** How to move between pages from code. Promises are fulfilled when the new page is about to be shown. */
export interface Router {
  push(href: Href, options?: NavigateOptions): Promise<void>
  replace(href: Href, options?: NavigateOptions): Promise<void>
  /** Fetches the current page afresh; client state stays. */
  refresh(): Promise<void>
  back(): void
  forward(): void
  /** Fetches a page that is likely to be next, so that going there takes no time. */
  prefetch(href: Href): void
}

/** Empty while a page is made into HTML: nothing runs there that could go anywhere. */
export const RouterContext = createContext({} as Router)

/** Path and query of the page that is shown. */
export const PageContext = createContext("/")

/** Changes whenever error boundaries should try again. */
export const AttemptContext = createContext("")

export function useRouter(): Router {
  return useContext(RouterContext)
}

/** The path of the page, as in its URL: "/posts/7". */
export function usePathname(): string {
  return useContext(PageContext).split("?", 1)[0] as string
}

/** The query of the page. Changing the object changes nothing: use `useRouter().push`. */
export function useSearchParams(): URLSearchParams {
  const page = useContext(PageContext)
  return useMemo(() => new URLSearchParams(page.slice(page.split("?", 1)[0]?.length)), [page])
}
