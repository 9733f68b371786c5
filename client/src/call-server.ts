import { createFromReadableStream, createTemporaryReferenceSet, encodeReply } from "react-server-dom-webpack/client.browser"
import { CallError, RedirectApplied, type Refusal, typeCallError } from "./errors"
import type { Payload } from "./payload"
import { ACTION_PATH, BUILD_HEADER, FLIGHT_CONTENT_TYPE, PAGE_HEADER } from "./wire"

/** One call, as the page that is shown sees it. */
export interface Call {
  /** Path and query of the page that calls. */
  readonly page: string
  /** Shows the page that came with the answer. Throws when the answer leads where nobody may be sent. */
  answer(payload: Payload): void
  /** The call is over, however it ended. */
  end(): void
}

export interface Caller {
  readonly build: string
  startCall(): Call
}

let caller: Caller

/** Set once at start, before anything can call. */
export function connectCaller(next: Caller): void {
  caller = next
}

/** As the last argument of an action: takes over its call, with the action's id and what is bound to it. */
export class Detour {
  constructor(readonly take: (id: string, args: unknown[]) => Promise<unknown>) {}
}

/**
 * Calls an action. Calls run side by side; React keeps in order what has an order, such as `useActionState`.
 *
 * send: what takes the request to the server instead of `fetch`.
 */
export async function callServer(id: string, args: unknown[], send: typeof fetch = fetch): Promise<unknown> {
  const last = args.at(-1)
  if (last instanceof Detour) return last.take(id, args.slice(0, -1))
  const call = caller.startCall()
  try {
    const temporaryReferences = createTemporaryReferenceSet()
    const response = await send(ACTION_PATH + id, {
      method: "POST",
      headers: { ...flightHeaders(), [PAGE_HEADER]: call.page },
      body: await encodeReply(args, { temporaryReferences }),
    })
    if (!isFlight(response)) throw await readRefusal(response)
    const payload = await decodeFlight(response, temporaryReferences)
    // The result may come a chunk later than the page. React commits both together only when both are there.
    const result = payload.redirect ? undefined : await settle(payload.returnValue)
    call.answer(payload)
    if (!result) throw new RedirectApplied("The action redirected.")
    if (result.status === "rejected") throw result.reason
    return result.value
  } catch (error) {
    throw typeCallError(error)
  } finally {
    call.end()
  }
}

async function settle(promise: Promise<unknown> | undefined): Promise<PromiseSettledResult<unknown>> {
  try {
    return { status: "fulfilled", value: await promise }
  } catch (reason) {
    return { status: "rejected", reason }
  }
}

export function flightHeaders(): Record<string, string> {
  return { accept: FLIGHT_CONTENT_TYPE, [BUILD_HEADER]: caller.build }
}

export function isFlight(response: Response): boolean {
  return !!response.headers.get("content-type")?.startsWith(FLIGHT_CONTENT_TYPE) && response.body !== null
}

export function decodeFlight(response: Response, temporaryReferences?: TemporaryReferenceSet): Promise<Payload> {
  const options = temporaryReferences ? { callServer, temporaryReferences } : { callServer }
  return createFromReadableStream<Payload>(response.body as ReadableStream<Uint8Array>, options)
}

/** Our server says in JSON why it refused; anything else came from something in between. */
export async function readRefusal(response: Response): Promise<CallError> {
  const text = await response.text()
  try {
    const said = JSON.parse(text) as Refusal & { error?: unknown }
    if (typeof said.error === "string") return new CallError(said.error, response.status, said)
  } catch {
    // Not JSON: the status is all there is to say.
  }
  return new CallError(`The server answered ${response.status} instead of the action's result.`, response.status)
}
