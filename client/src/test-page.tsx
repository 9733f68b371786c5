/** A page in a window, and a server that the tests play: real React, real Flight, real history. */

import { createRoot } from "react-dom/client"
import { expect, onTestFinished, vi } from "vitest"
import type { Payload } from "./payload"

/** What the server is asked, and how the test answers. */
export interface ServerRequest {
  method: string
  path: string
  headers: Headers
  body: BodyInit | null | undefined
  answer: (response: Response) => void
  fail: (error: Error) => void
}

/** The modules of this page: nothing is shared between pages. */
type Modules = typeof import("./index") &
  typeof import("./call-server") &
  typeof import("./navigation") &
  typeof import("./forms") &
  typeof import("./upload")

export interface Page extends Modules {
  /** Waits until this can be read. */
  shows: (text: string) => Promise<void>
  click: (selector: string) => void
  /** Waits for a request whose path starts so, and takes it. */
  request: (start: string) => Promise<ServerRequest>
  /** Requests that nobody has taken yet. */
  requests: ServerRequest[]
  /** What was reported as an error. */
  errors: unknown[]
}

export const BUILD = "build1"

/** What differs between the two builds of React, and of ours. */
export function inMode<T>(modes: { development: T; production: T }): T {
  return modes[process.env.NODE_ENV === "production" ? "production" : "development"]
}

const SOON = { interval: 5, timeout: 4000 }

/** One Flight answer: the payload's members with Flight's codes, then further rows. */
export function flight(members: Record<string, unknown>, rows: string[] = [], build = BUILD): Response {
  const payload = { page: "/", build, renderedAt: 1, ...members }
  return new Response(`${[...rows, `0:${JSON.stringify(payload)}`].join("\n")}\n`, {
    headers: { "content-type": "text/x-component", "jetbridge-build": build },
  })
}

export function element(type: string, props: object = {}, key: string | null = null): unknown {
  return ["$", type, key, props]
}

/** A document in Flight: its title, and what is in its body. */
export function tree(title: string, ...body: unknown[]): unknown {
  const head = element("head", { children: element("title", { children: title }) }, "head")
  return element("html", { children: [head, element("body", { children: [title, ...body] }, "body")] })
}

/** An `E` row in the form that both builds of React read. */
export function errorRow(id: number, digest: string | object, message = ""): string {
  const text = typeof digest === "string" ? digest : `jetbridge:${JSON.stringify(digest)}`
  return `${id}:E${JSON.stringify({ digest: text, name: "Error", message, stack: [], env: "Server", owner: null })}`
}

/** Opens `path`; rows may refer to the module "test", which `define` makes. */
export async function openPage(path: string, document_: Response, define?: (modules: Modules) => object): Promise<Page> {
  vi.resetModules()
  const page = await loadModules()
  const errors = recordErrors()
  ;(window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(`http://site.test${path}`)
  stopListeningAtEnd()
  const requests = answerFetch()
  const { registerModule } = await import("./webpack-globals")
  const { BrowserRoot } = await import("./browser-root")
  const { rootOptions, silenceSignals } = await import("./root-options")
  registerModule("jetbridge", page)
  registerModule("test", define?.(page))
  silenceSignals()
  const payload: Payload = { ...(await page.decodeFlight(document_)), page: path }
  const root = createRoot(document, rootOptions)
  root.render(<BrowserRoot first={page.startNavigation(payload)} />)
  onTestFinished(() => root.unmount())
  await vi.waitFor(() => expect(document.body?.textContent).toBeTruthy(), SOON)
  return {
    ...page,
    requests,
    errors,
    shows: (text) => vi.waitFor(() => expect(readBody()).toBe(text), SOON),
    click: (selector) => document.querySelector<HTMLElement>(selector)?.click(),
    request: (start) =>
      vi.waitFor(() => {
        const index = requests.findIndex((request) => request.path.startsWith(start))
        if (index < 0) throw new Error(`nobody asked for ${start}`)
        return requests.splice(index, 1)[0] as ServerRequest
      }, SOON),
  }
}

/** What the browser does on its back button. */
export function goBack(path: string, state: unknown): void {
  history.replaceState(state, "", path)
  dispatchEvent(new PopStateEvent("popstate", { state }))
}

/** The text of the body, without what is said to screen readers. */
function readBody(): string {
  const nodes = [...(document.body?.childNodes ?? [])]
  return nodes.map((node) => ((node as Element).getAttribute?.("aria-live") ? "" : node.textContent)).join("")
}

async function loadModules(): Promise<Modules> {
  const own = [import("./index"), import("./call-server"), import("./navigation"), import("./forms"), import("./upload")] as const
  return Object.assign({}, ...(await Promise.all(own))) as Modules
}

function answerFetch(): ServerRequest[] {
  const requests: ServerRequest[] = []
  vi.stubGlobal("fetch", (input: string, init: RequestInit = {}) => {
    return new Promise<Response>((answer, fail) => {
      const path = input.replace("http://site.test", "")
      const headers = new Headers(init.headers)
      requests.push({ method: init.method ?? "GET", path, headers, body: init.body, answer, fail })
      init.signal?.addEventListener("abort", () => fail(new DOMException("aborted", "AbortError")))
    })
  })
  return requests
}

function recordErrors(): unknown[] {
  const errors: unknown[] = []
  vi.stubGlobal("reportError", (error: unknown) => errors.push(error))
  vi.spyOn(console, "error").mockImplementation((...parts) => void errors.push(...parts))
  return errors
}

/** Each page listens to the one window there is. */
function stopListeningAtEnd(): void {
  const listen = window.addEventListener.bind(window)
  const added: [string, EventListenerOrEventListenerObject][] = []
  vi.stubGlobal("addEventListener", (type: string, listener: EventListenerOrEventListenerObject) => {
    added.push([type, listener])
    listen(type, listener)
  })
  onTestFinished(() => {
    added.forEach(([type, listener]) => window.removeEventListener(type, listener))
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })
}
