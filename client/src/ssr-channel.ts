// The Node process's end of the frames: standard input and output belong to Python, the console goes to standard error.

import { Socket } from "node:net"
import { Readable } from "node:stream"
import { version } from "react"
import { createFrameReader, encodeFrame, FrameType, PROTOCOL, type Frame } from "./ssr-frames"
import { startRender, type Render, type RenderOptions, type RenderOutput } from "./ssr-render"

export type Host<Init> = {
  /** Called once, with what Python says about the application; what it returns is added to the ready frame. */
  init(settings: Init): Promise<Record<string, unknown>>
  /** Awaited before each render; development uses it to load changed modules again. */
  beforeRender?: (options: RenderOptions) => Promise<void>
  notify?: (event: unknown) => void
}

export function serveFrames<Init>(host: Host<Init>): void {
  const input = new Socket({ fd: 0, readable: true, writable: false })
  const output = new Socket({ fd: 1, readable: false, writable: true })
  hideStandardStreams()
  const send = (type: number, stream: number, payload?: Buffer) => void output.write(encodeFrame(type, stream, payload))
  const sendJson = (type: number, stream: number, value: unknown) => send(type, stream, Buffer.from(JSON.stringify(value)))
  const renders = new Map<number, Render>()

  const openRender = (stream: number, options: RenderOptions) => {
    const done = () => renders.delete(stream)
    const result: RenderOutput = {
      html: (piece) => send(FrameType.html, stream, piece),
      end: () => (done(), send(FrameType.htmlEnd, stream)),
      fail: (message) => (done(), send(FrameType.error, stream, Buffer.from(message))),
      log: (level, message) => sendJson(FrameType.log, stream, { level, message }),
    }
    const waiting = host.beforeRender?.(options)
    renders.set(stream, waiting ? startLater(waiting, options, result) : startRender(options, result))
  }

  const onFrame = ({ type, stream, payload }: Frame) => {
    switch (type) {
      case FrameType.render:
        return openRender(stream, JSON.parse(payload.toString()) as RenderOptions)
      case FrameType.flight:
        return renders.get(stream)?.flight(payload)
      case FrameType.flightEnd:
        return renders.get(stream)?.flightEnd()
      case FrameType.credit:
        return renders.get(stream)?.credit(payload.readUInt32BE(0))
      case FrameType.abort: {
        const render = renders.get(stream)
        renders.delete(stream)
        return render?.abort(payload.toString())
      }
      case FrameType.ping:
        return send(FrameType.pong, 0)
      case FrameType.notify:
        return host.notify?.(JSON.parse(payload.toString()))
      case FrameType.init:
        return void host.init(JSON.parse(payload.toString()) as Init).then(
          (more) => sendJson(FrameType.ready, 0, { ...more, protocol: PROTOCOL, react: version, pid: process.pid }),
          (error: unknown) => sendJson(FrameType.ready, 0, { protocol: PROTOCOL, error: error instanceof Error ? error.message : String(error) }),
        )
    }
  }

  const feed = createFrameReader(onFrame)
  input.on("data", (data) => {
    output.cork()
    feed(data)
    output.uncork()
  })
  // The parent is gone or wants us gone: there is nothing to finish.
  for (const end of ["end", "close", "error"]) input.on(end, () => process.exit(0))
  output.on("error", () => process.exit(0))
  process.on("unhandledRejection", (reason) => console.error("Unhandled rejection in a client component:", reason))
}

/** Keep what arrives until the modules are ready. */
function startLater(waiting: Promise<void>, options: RenderOptions, output: RenderOutput): Render {
  let render: Render | undefined
  let queue: Array<(render: Render) => void> = []
  const later = (step: (render: Render) => void) => {
    if (render) step(render)
    else queue.push(step)
  }
  void waiting.then(() => {
    const started = (render = startRender(options, output))
    queue.forEach((step) => step(started))
    queue = []
  })
  return {
    flight: (bytes) => later((r) => r.flight(bytes)),
    flightEnd: () => later((r) => r.flightEnd()),
    abort: (reason) => later((r) => r.abort(reason)),
    credit: (bytes) => later((r) => r.credit(bytes)),
  }
}

/** The standard streams are ours; whatever else runs here sees an input that never says anything, and prints to stderr. */
function hideStandardStreams(): void {
  const silent = new Readable({ read: () => undefined })
  Object.defineProperty(process, "stdin", { configurable: true, get: () => silent })
  Object.defineProperty(process, "stdout", { configurable: true, get: () => process.stderr })
}
