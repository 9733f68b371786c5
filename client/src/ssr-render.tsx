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
  return new PageRender(options, output)
}

class PageRender implements Render {
  private readonly source = new EventEmitter()
  private readonly destination: HtmlDestination
  private runInRequest = (work: () => void) => work()
  private abortReact: (reason: unknown) => void = () => undefined
  private isAborted = false
  private isSettled = false
  private settle: NodeJS.Timeout | undefined
  /** What fails before the shell is complete may fail the shell; then the failure itself says it all. */
  private heldLogs: string[] | null = []

  constructor(
    private readonly options: RenderOptions,
    private readonly output: RenderOutput,
  ) {
    this.destination = new HtmlDestination(output)
    const manifest = { moduleMap: null, serverModuleMap: null, moduleLoading: null }
    createFromNodeStream<Payload>(this.source, manifest).then(this.begin, this.fail)
  }

  flight(bytes: Buffer): void {
    this.runInRequest(() => this.source.emit("data", bytes))
  }

  flightEnd(): void {
    const reason = new Error("The render did not settle after the data had arrived.")
    if (!this.isSettled) this.settle = setTimeout(() => this.abortReact(reason), SETTLE_MS)
    this.runInRequest(() => this.source.emit("end"))
  }

  abort(reason: string): void {
    this.settled()
    this.isAborted = true
    this.destination.close()
    this.abortReact(new Error(reason))
    this.source.emit("error", new Error(reason))
  }

  credit(bytes: number): void {
    this.destination.credit(bytes)
  }

  private readonly begin = (payload: Payload) => {
    if (this.isAborted) return
    const { bootstrapModules, nonce } = this.options
    const root = (
      <Document options={this.options} onRequest={(run) => (this.runInRequest = run)}>
        <AppRoot payload={payload} />
      </Document>
    )
    const stream = renderToPipeableStream(root, {
      bootstrapModules,
      formState: payload.formState ?? null,
      ...(nonce === null ? {} : { nonce }),
      onError: (error, info) => (this.isAborted ? undefined : reportError(error, info, this.log)),
      onShellReady: () => {
        this.heldLogs?.forEach((message) => this.output.log("warning", message))
        this.heldLogs = null
        stream.pipe(this.destination as unknown as NodeJS.WritableStream)
      },
      onShellError: this.fail,
      onAllReady: this.settled,
    })
    this.abortReact = stream.abort
  }

  private readonly fail = (error: unknown) => {
    this.settled()
    if (!this.isAborted) this.output.fail(describe(error))
  }

  private readonly settled = () => {
    this.isSettled = true
    clearTimeout(this.settle)
  }

  private readonly log = (message: string) => {
    if (this.heldLogs === null) this.output.log("warning", message)
    else this.heldLogs.push(message)
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
