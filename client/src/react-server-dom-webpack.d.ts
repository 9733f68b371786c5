/** React publishes no types for its Flight packages; these are the parts in use here. */

interface FlightOptions {
  callServer?: (id: string, args: unknown[]) => Promise<unknown>
  temporaryReferences?: TemporaryReferenceSet
}

type TemporaryReferenceSet = Map<string, unknown>

declare module "react-server-dom-webpack/client.browser" {
  export function createFromReadableStream<T>(stream: ReadableStream<Uint8Array>, options?: FlightOptions): Promise<T>
  export function createServerReference<F>(id: string, callServer: (id: string, args: unknown[]) => Promise<unknown>): F
  export function createTemporaryReferenceSet(): TemporaryReferenceSet
  export function encodeReply(
    args: unknown,
    options?: { temporaryReferences?: TemporaryReferenceSet; signal?: AbortSignal },
  ): Promise<string | FormData>
}

declare module "react-server-dom-webpack/client.node" {
  interface ServerConsumerManifest {
    moduleMap: Record<string, Record<string, { id: string; chunks: string[]; name: string }>> | null
    serverModuleMap: Record<string, { id: string; chunks: string[]; name: string }> | null
    moduleLoading: { prefix: string; crossOrigin?: string } | null
  }
  export function createFromNodeStream<T>(
    stream: import("node:events").EventEmitter,
    manifest: ServerConsumerManifest,
    options?: { nonce?: string },
  ): Promise<T>
  export function createServerReference(id: string): (...args: unknown[]) => Promise<unknown>
}
