/** The module "jetbridge/upload": calls that tell how much has been sent. Part of the client modules that use it. */

import { useState } from "react"
import { callServer, Detour } from "./internal"

export interface UploadProgress {
  /** Bytes of the call's whole body. */
  sent: number
  total: number
  /** From 0 to 1, as `<progress>` wants it. */
  fraction: number
}

export interface UploadOptions {
  onProgress?: ((progress: UploadProgress) => void) | undefined
  /** Gives the call up, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

/**
 * The action, called so that `onProgress` hears how much has been sent.
 *
 * All else is as in a plain call: the result, the errors, the page that comes with the answer.
 */
export function withUpload<A extends unknown[], R>(
  action: (...args: A) => Promise<R>,
  options: UploadOptions,
): (...args: A) => Promise<R> {
  const send = (path: string, request: RequestInit): Promise<Response> => sendWatched(path, request, options)
  const detour = new Detour((id, args) => callServer(id, args, send as typeof fetch))
  const call = action as unknown as (...args: [...A, Detour]) => Promise<R>
  return (...args) => call(...args, detour)
}

/**
 * The action for a form, and how far its upload has come: null while nothing is being sent.
 *
 * Without JavaScript, and before the page is hydrated, the form has the action itself.
 */
export function useUpload<A extends unknown[], R>(
  action: (...args: A) => Promise<R>,
): [upload: (...args: A) => Promise<R>, progress: UploadProgress | null] {
  const [progress, setProgress] = useState<UploadProgress | null>(null)
  if (typeof document === "undefined") return [action, null]
  const watched = withUpload(action, { onProgress: setProgress })
  const upload = (...args: A): Promise<R> => watched(...args).finally(() => setProgress(null))
  return [upload, progress]
}

/** What `fetch` does, by the only interface of browsers that says how much has been sent. */
function sendWatched(path: string, { method, headers, body }: RequestInit, options: UploadOptions): Promise<Response> {
  const { onProgress, signal } = options
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const giveUp = (): void => {
      request.abort()
      reject(signal?.reason)
    }
    request.open(method as string, path)
    for (const [name, value] of Object.entries(headers as Record<string, string>)) request.setRequestHeader(name, value)
    request.responseType = "arraybuffer"
    request.upload.onprogress = ({ loaded, total }) => onProgress?.({ sent: loaded, total, fraction: loaded / total || 0 })
    request.onload = () => resolve(readResponse(request))
    request.onerror = () => reject(new TypeError("There was no answer from the server."))
    request.onloadend = () => signal?.removeEventListener("abort", giveUp)
    if (signal?.aborted) return giveUp()
    signal?.addEventListener("abort", giveUp)
    request.send(body as XMLHttpRequestBodyInit)
  })
}

function readResponse(request: XMLHttpRequest): Response {
  const lines = request.getAllResponseHeaders().trim().split(/\r?\n/)
  const headers = lines.map((line): [string, string] => [line.split(":", 1)[0] as string, line.replace(/^[^:]*: ?/, "")])
  // An answer of these statuses has no body, not even an empty one.
  const body = [204, 205, 304].includes(request.status) ? null : (request.response as ArrayBuffer)
  return new Response(body, { status: request.status, headers })
}
