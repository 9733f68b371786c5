import { type ComponentProps, Component, createContext, type ReactNode, useContext, useEffect, useTransition } from "react"
import { isSignal, readDigest, RedirectApplied } from "./errors"
import { AttemptContext, useRouter, useSearchParams } from "./router"

/** An error as a boundary knows it; one that the server met itself comes as plain data. */
type Failure = { digest?: string; message?: string }

const FailureContext = createContext<{ error: unknown; retry: () => void } | null>(null)

interface CatchProps {
  /** When it changes, the children are tried again. */
  attempt: string
  fallback: (error: unknown, retry: () => void) => ReactNode
  children?: ReactNode
}

interface CatchState {
  attempt: string
  caught: { error: unknown } | null
}

/** Catches what its children throw. After a redirect they are mounted anew: that is no failure. */
class Catch extends Component<CatchProps, CatchState> {
  override state: CatchState = { attempt: this.props.attempt, caught: null }

  static getDerivedStateFromError(error: unknown): Partial<CatchState> {
    return { caught: error instanceof RedirectApplied ? null : { error } }
  }

  static getDerivedStateFromProps({ attempt }: CatchProps, state: CatchState): Partial<CatchState> | null {
    return attempt === state.attempt ? null : { attempt, caught: null }
  }

  retry = (): void => this.setState({ caught: null })

  override render(): ReactNode {
    const { caught } = this.state
    return caught ? this.props.fallback(caught.error, this.retry) : this.props.children
  }
}

export interface ErrorBoundaryProps {
  /** Shown instead of the children; `ErrorMessage` and `RetryButton` work inside it. */
  fallback: ReactNode | ((error: unknown, retry: () => void) => ReactNode)
  /** The server failed here already and left the children out. */
  error?: Failure | null
  children?: ReactNode
}

/** Shows `fallback` when something below it fails. Going to another page resets it. */
export function ErrorBoundary({ fallback, error, children }: ErrorBoundaryProps): ReactNode {
  const attempt = useContext(AttemptContext)
  const show = (caught: unknown, retry: () => void): ReactNode => {
    if (isSignal(caught)) return passSignal(caught)
    return (
      <FailureContext value={{ error: caught, retry }}>
        {typeof fallback === "function" ? fallback(caught, retry) : fallback}
      </FailureContext>
    )
  }
  return (
    <Catch attempt={attempt} fallback={show}>
      {error ? show(error, doNothing) : children}
    </Catch>
  )
}

/** Stands around every page: nothing that only steers the browser gets further up, where it would cost more state. */
export function SegmentBoundary({ children }: { children?: ReactNode }): ReactNode {
  return (
    <Catch attempt={useContext(AttemptContext)} fallback={passSignal}>
      {children}
    </Catch>
  )
}

/** Around the whole document: what nobody else caught. */
export function RootBoundary({ children }: { children?: ReactNode }): ReactNode {
  return (
    <Catch attempt={useContext(AttemptContext)} fallback={showDocument}>
      {children}
    </Catch>
  )
}

/** A redirect is followed from where it is; everything else is for a boundary further up. */
function passSignal(error: unknown): ReactNode {
  const said = readDigest(error)
  if (said?.kind === "redirect") return <FollowRedirect url={said.url} />
  throw error
}

function FollowRedirect({ url }: { url: string }): ReactNode {
  const router = useRouter()
  useEffect(() => {
    router.replace(url).catch(reportError)
  }, [router, url])
  return null
}

const TITLES: Record<string, string> = {
  not_found: "This page could not be found.",
  forbidden: "You may not see this page.",
  unauthorized: "Sign in to see this page.",
}

function showDocument(error: unknown, retry: () => void): ReactNode {
  const said = readDigest(error)
  const title = TITLES[said?.kind ?? ""]
  return (
    <html lang="en">
      <head>
        <title>{title ?? DEFAULT_MESSAGE}</title>
      </head>
      <body style={{ fontFamily: "system-ui", margin: "15vh auto", maxWidth: "32em", padding: "0 1em" }}>
        {said?.kind === "redirect" ? (
          <FollowRedirect url={said.url} />
        ) : title ? (
          <h1>{title}</h1>
        ) : (
          <FailureContext value={{ error, retry }}>
            <ErrorMessage />
            <RetryButton />
          </FailureContext>
        )}
      </body>
    </html>
  )
}

const DEFAULT_MESSAGE = "Something went wrong."

export type ErrorMessageProps = ComponentProps<"p">

/**
 * What may be said about the error: the text of an `ActionError`, in development that of any error.
 *
 * Otherwise its children, and the reference under which the server's log has the rest.
 */
export function ErrorMessage({ children = DEFAULT_MESSAGE, ...rest }: ErrorMessageProps): ReactNode {
  const error = useContext(FailureContext)?.error as Failure | undefined
  const said = readDigest(error)
  const text = said?.kind === "action" ? said.message : process.env.NODE_ENV === "production" ? "" : error?.message
  return (
    <p role="alert" {...rest}>
      {text || children}
      {!text && said?.kind === "unexpected" && ` (Reference: ${said.reference})`}
    </p>
  )
}

export type RetryButtonProps = ComponentProps<"button">

/** Fetches the page again, and shows what the error boundary hid. Without JavaScript its form loads the page again. */
export function RetryButton({ children = "Try again", onClick, ...rest }: RetryButtonProps): ReactNode {
  const retry = useContext(FailureContext)?.retry ?? doNothing
  const router = useRouter()
  const query = useSearchParams()
  const [isPending, startTransition] = useTransition()
  const tryAgain = (): void =>
    startTransition(async () => {
      // Without an answer the page is as it was; trying it again may help nevertheless.
      await router.refresh().catch(reportError)
      startTransition(retry)
    })
  return (
    <form style={{ display: "contents" }}>
      {Array.from(query, ([name, value], index) => (
        <input key={index} type="hidden" name={name} value={value} />
      ))}
      <button
        disabled={isPending}
        {...rest}
        onClick={(event) => {
          onClick?.(event)
          if (event.defaultPrevented) return
          event.preventDefault()
          tryAgain()
        }}
      >
        {children}
      </button>
    </form>
  )
}

function doNothing(): void {}
