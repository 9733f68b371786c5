import { FLIGHT_GLOBAL } from "./wire"

/** Text, bytes as base64, or the end. */
type Item = string | [1, string] | 0

/**
 * The Flight data that the document carries in its scripts, as a stream.
 *
 * It takes over the array those scripts push to, so nothing is missed and the order stays. When the document is
 * complete without the end marker, the server died: the stream ends, and what is missing fails.
 */
export function readInlinedFlight(): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      let open = true
      const accept = (item: Item): void => {
        if (!open) return
        if (item === 0) {
          open = false
          controller.close()
        } else {
          controller.enqueue(typeof item === "string" ? encoder.encode(item) : decodeBase64(item[1]))
        }
      }
      const scope = globalThis as unknown as Record<string, Item[] | undefined>
      const items = (scope[FLIGHT_GLOBAL] ??= [])
      items.splice(0).forEach(accept)
      items.push = (...more) => {
        more.forEach(accept)
        return 0
      }
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => accept(0))
      else accept(0)
    },
  })
}

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
