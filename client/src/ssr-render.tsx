// One render: Flight bytes in, HTML out, through React's own Flight client and HTML renderer.

import { AsyncLocalStorage } from "node:async_hooks"
import { EventEmitter } from "node:events"
import { stripVTControlCharacters } from "node:util"
import type { ErrorInfo, ReactNode } from "react"
import { preinit, preloadModule } from "react-dom"
import { renderToPipeableStream } from "react-dom/server"
import { createFromNodeStream } from "react-server-dom-webpack/client.node"
import { AppRoot, type Payload } from "./app-root"

export type RenderOptions = {
  bootstrapModules: string[]
  preloadModules: string[]
  stylesheets: string[]
  nonce: string | null
}

export type RenderOutput = {
  html(piece: Buffer): void
  end(): void
  fail(message: string): void
  log(level: "info" | "warning", message: string): void
}

export type Render = {
  flight(bytes: Buffer): void
  flightEnd(): void
  abort(reason: string): void
  credit(bytes: number): void
}

/** HTML that may be under way to Python, per render, in bytes; beyond it React waits. */
const WINDOW = 128 * 1024

/** How long React may still wait for something after the last Flight byte; then the browser renders what is missing. */
const SETTLE_MS = 5_000

export function startRender(options: RenderOptions, output: RenderOutput): Render {
  const source = new EventEmitter()
  const destination = new HtmlDestination(output)
  let runInRequest = (work: () => void) => work()
  let abortRender: (reason: unknown) => void = () => undefined
  let aborted: string | null = null
  let settle: NodeJS.Timeout | undefined
  // What fails before the shell is complete may fail the shell; then the failure itself says it all.
  let logs: string[] | null = []
  const log = (message: string) => {
    if (logs === null) output.log("warning", message)
    else logs.push(message)
  }

  const failed = (error: unknown) => {
    clearTimeout(settle)
    if (aborted === null) output.fail(describe(error))
  }
  const payload = createFromNodeStream<Payload>(source, {
    moduleMap: null,
    serverModuleMap: null,
    moduleLoading: null,
  })
  payload.then((value) => {
    if (aborted !== null) return
    const root = (
      <Document options={options} onRequest={(run) => (runInRequest = run)}>
        <AppRoot payload={value} />
      </Document>
    )
    const stream = renderToPipeableStream(root, {
      bootstrapModules: options.bootstrapModules,
      formState: value.formState ?? null,
      ...(options.nonce === null ? {} : { nonce: options.nonce }),
      onError: (error, info) => (aborted === null ? reportError(error, info, log) : undefined),
      onShellReady() {
        logs?.forEach((message) => output.log("warning", message))
        logs = null
        stream.pipe(destination as unknown as NodeJS.WritableStream)
      },
      onShellError: failed,
      onAllReady: () => clearTimeout(settle),
    })
    abortRender = stream.abort
  }, failed)

  const stop = (reason: string) => {
    abortRender(new Error(reason))
  }
  return {
    flight: (bytes) => runInRequest(() => source.emit("data", bytes)),
    flightEnd() {
      settle = setTimeout(stop, SETTLE_MS, "The render did not settle after the data had arrived.")
      runInRequest(() => source.emit("end"))
    },
    abort(reason) {
      clearTimeout(settle)
      aborted = reason
      destination.close()
      stop(reason)
      source.emit("error", new Error(reason))
    },
    credit: (bytes) => destination.credit(bytes),
  }
}

/**
 * The document's resources, and the request's context: Flight bytes that arrive later are read inside it, so that
 * stylesheet hints in them find the render they belong to.
 */
function Document(props: {
  options: RenderOptions
  onRequest: (run: (work: () => void) => void) => void
  children: ReactNode
}): ReactNode {
  const { stylesheets, preloadModules, nonce } = props.options
  for (const href of stylesheets) preinit(href, { as: "style", precedence: "default" })
  for (const href of preloadModules) preloadModule(href, { as: "script", ...(nonce === null ? {} : { nonce }) })
  props.onRequest(AsyncLocalStorage.snapshot() as (work: () => void) => void)
  return props.children
}

/** What React writes to. It calls flush() after each complete batch of pieces: one batch is one frame. */
class HtmlDestination extends EventEmitter {
  private parts: Buffer[] = []
  private underway = 0
  private closed = false

  constructor(private readonly output: RenderOutput) {
    super()
  }

  write(chunk: string | Uint8Array): boolean {
    const part = typeof chunk === "string" ? Buffer.from(chunk) : asBuffer(chunk)
    this.parts.push(part)
    this.underway += part.length
    return this.underway < WINDOW
  }

  flush(): void {
    if (this.closed || this.parts.length === 0) return
    const piece = this.parts.length === 1 ? (this.parts[0] as Buffer) : Buffer.concat(this.parts)
    this.parts = []
    this.output.html(piece)
  }

  end(): void {
    if (this.closed) return
    this.flush()
    this.closed = true
    this.output.end()
  }

  destroy(error?: unknown): void {
    if (this.closed) return
    this.closed = true
    this.output.fail(describe(error))
  }

  credit(bytes: number): void {
    const wasFull = this.underway >= WINDOW
    this.underway -= bytes
    if (wasFull && this.underway < WINDOW && !this.closed) this.emit("drain")
  }

  close(): void {
    this.closed = true
    this.parts = []
  }
}

function asBuffer(view: Uint8Array): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength)
}

/** Errors of the server came with a digest and are in its log already; others happened here, in a client component. */
function reportError(error: unknown, info: ErrorInfo, log: (message: string) => void): string | undefined {
  if (error instanceof Error && "digest" in error && typeof error.digest === "string") return error.digest
  const where = withoutOurFrames(info.componentStack ?? "")
  log(`A client component failed while making HTML; the browser renders it. ${describe(error)}${where}`)
  return undefined
}

export function describe(error: unknown): string {
  return error instanceof Error ? withoutOurFrames(error.stack ?? error.message) : String(error)
}

/** Lines of a stack that lead into this file or into Node help nobody who writes components. */
function withoutOurFrames(stack: string): string {
  const isOurs = (line: string) => line.startsWith("    at ") && (line.includes(import.meta.url) || line.includes("(node:internal"))
  return stripVTControlCharacters(stack).split("\n").filter((line) => !isOurs(line)).join("\n")
}
