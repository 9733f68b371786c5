import type { ComponentProps, MouseEvent, ReactNode } from "react"
import { useRouter } from "./router"
import type { Href } from "./routes"

export interface LinkProps extends ComponentProps<"a"> {
  href: Href
  /** Takes the place of the current page in the history. */
  replace?: boolean | undefined
  /** Whether to start at the top of the new page; true unless said otherwise. */
  scroll?: boolean | undefined
  /** Fetches the page as soon as the pointer or the focus is on the link. */
  prefetch?: boolean | undefined
}

/** A link that changes pages without a new document. Before hydration, and without JavaScript, it is a plain link. */
export function Link({ href, replace, scroll, prefetch, ...rest }: LinkProps): ReactNode {
  const router = useRouter()
  const { onClick, onPointerEnter, onFocus } = rest
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event)
    if (!isForUs(event)) return
    event.preventDefault()
    router[replace ? "replace" : "push"](href, { scroll: scroll ?? true }).catch(reportError)
  }
  const fetchEarly = (): void => {
    if (prefetch) router.prefetch(href)
  }
  return (
    <a
      {...rest}
      href={href}
      onClick={follow}
      onPointerEnter={(event) => {
        onPointerEnter?.(event)
        fetchEarly()
      }}
      onFocus={(event) => {
        onFocus?.(event)
        fetchEarly()
      }}
    />
  )
}

/** A plain left click on a link within this site, which shows in this window. */
function isForUs(event: MouseEvent<HTMLAnchorElement>): boolean {
  const { origin, target } = event.currentTarget
  return (
    !event.defaultPrevented &&
    event.button === 0 &&
    !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) &&
    origin === location.origin &&
    (!target || target === "_self") &&
    !event.currentTarget.hasAttribute("download")
  )
}
