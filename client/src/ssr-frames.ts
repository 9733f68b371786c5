// Frames between Python and the Node process: 4 bytes length of the payload, 1 byte type, 4 bytes stream id (all
// big-endian), then the payload. Stream 0 is the process itself. The twin is src/jetbridge/node/frames.py.

export const PROTOCOL = 1

export const FrameType = {
  // Python to Node
  init: 1, // JSON, first frame of all
  render: 2, // JSON options: opens a stream
  flight: 3,
  flightEnd: 4,
  abort: 5,
  credit: 6, // 4 bytes: this many bytes of HTML were taken
  ping: 7,
  notify: 8, // JSON event, development only
  // Node to Python
  ready: 17, // JSON
  html: 18, // one flush of React: complete pieces, so that scripts may stand between two frames
  htmlEnd: 19,
  error: 20, // text: this render cannot go on
  pong: 21,
  log: 22, // JSON {level, message}
} as const

export type Frame = { type: number; stream: number; payload: Buffer }

const HEADER_BYTES = 9

export function encodeFrame(type: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  frame.writeUInt32BE(payload.length, 0)
  frame.writeUInt8(type, 4)
  frame.writeUInt32BE(stream, 5)
  payload.copy(frame, HEADER_BYTES)
  return frame
}

/** Cut a byte stream into frames: feed it what arrived, it calls back for each complete frame. */
export function createFrameReader(onFrame: (frame: Frame) => void): (data: Buffer) => void {
  let parts: Buffer[] = []
  let size = 0
  let wanted = HEADER_BYTES
  return (data) => {
    parts.push(data)
    size += data.length
    if (size < wanted) return
    let buffer = parts.length === 1 ? data : Buffer.concat(parts, size)
    while (buffer.length >= (wanted = frameBytes(buffer))) {
      const frame = buffer.subarray(0, wanted)
      buffer = buffer.subarray(wanted)
      onFrame({ type: frame.readUInt8(4), stream: frame.readUInt32BE(5), payload: frame.subarray(HEADER_BYTES) })
    }
    parts = buffer.length > 0 ? [buffer] : []
    size = buffer.length
  }
}

function frameBytes(buffer: Buffer): number {
  return buffer.length < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + buffer.readUInt32BE(0)
}
