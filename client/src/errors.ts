import { DIGEST_PREFIX } from "./wire"

/** What a digest says. Without our prefix it is the reference under which the server's log has the traceback. */
export type Digest =
  | { kind: "action"; message: string; code: string | null; field: string | null; status: number }
  | { kind: "redirect"; url: string; replace: boolean }
  | { kind: "not_found" | "forbidden" | "unauthorized" }
  | { kind: "unexpected"; reference: string }

/** An `ActionError` or `FieldError` that the action raised: its text is meant for the user. */
export class ActionError extends Error {
  override name = "ActionError"
  /** The server's own word for it, such as "out_of_stock". */
  declare readonly code: string | null
  /** The form field it is about. */
  declare readonly field: string | null
  declare readonly status: number

  constructor(
    readonly digest: string,
    { message, code, field, status }: Extract<Digest, { kind: "action" }>,
  ) {
    super(message)
    Object.assign(this, { code, field, status })
  }
}

export function isActionError(error: unknown): error is ActionError {
  return error instanceof ActionError
}

/** What the server says of a refusal besides its sentence. */
export interface Refusal {
  fields?: Record<string, string[]>
  code?: string
  retryAfter?: number
}

/** A call that the server refused before the action ran, or an answer that is not of the protocol. */
export class CallError extends Error {
  override name = "CallError"
  /** Argument or form field -> what is wrong with it. */
  declare readonly fields: Record<string, string[]> | undefined
  /** The server's name for the reason, such as "too_many_requests". */
  declare readonly code: string | undefined
  /** Seconds after which the call may succeed. */
  declare readonly retryAfter: number | undefined

  constructor(
    message: string,
    readonly status: number,
    { fields, code, retryAfter }: Refusal = {},
  ) {
    super(message)
    Object.assign(this, { fields, code, retryAfter })
  }
}

/**
 * How the promise of a call settles when the action redirected.
 *
 * Not an error: the target page is on its way. Resolving would hand `undefined` to code that waits for a result.
 */
export class RedirectApplied extends Error {
  override name = "RedirectApplied"
}

export function readDigest(error: unknown): Digest | null {
  const digest = (error as { digest?: unknown } | null)?.digest
  if (typeof digest !== "string" || !digest) return null
  if (!digest.startsWith(DIGEST_PREFIX)) return { kind: "unexpected", reference: digest }
  return JSON.parse(digest.slice(DIGEST_PREFIX.length)) as Digest
}

/** Whether the error is control flow, which nobody should report: a redirect, or a page that is not to be shown. */
export function isSignal(error: unknown): boolean {
  if (error instanceof RedirectApplied) return true
  const digest = readDigest(error)
  return digest !== null && digest.kind !== "action" && digest.kind !== "unexpected"
}

/** The error as the caller of an action sees it. */
export function typeCallError(error: unknown): unknown {
  const said = readDigest(error)
  return said?.kind === "action" ? new ActionError((error as { digest: string }).digest, said) : error
}
