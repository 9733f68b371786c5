"use client"

import { isActionError } from "jetbridge"
import { useUpload, withUpload } from "jetbridge/upload"
import { useActionState, useRef, useState } from "react"
import { savePhoto } from "@/app/actions/photos"

export function PhotoForm() {
  const [upload, progress] = useUpload(savePhoto)
  const [state, action, isPending] = useActionState(upload, { error: null })
  return (
    <>
      <form action={action}>
        <label htmlFor="photo">Photo</label>
        <input id="photo" type="file" name="photo" required />
        <button disabled={isPending}>Send</button>
        {progress && (
          <label>
            Sending: <progress value={progress.fraction} />
          </label>
        )}
        <p role="status">{state.error ?? state.saved}</p>
      </form>
      <InCode />
    </>
  )
}

function InCode() {
  const input = useRef<HTMLInputElement>(null)
  const call = useRef<AbortController>(undefined)
  const [sent, setSent] = useState(0)
  const [said, setSaid] = useState("")
  const send = async (): Promise<void> => {
    call.current = new AbortController()
    const form = new FormData()
    for (const file of input.current?.files ?? []) form.append("photo", file)
    const watched = withUpload(savePhoto, { onProgress: (progress) => setSent(progress.fraction), signal: call.current.signal })
    try {
      setSaid((await watched({ error: null }, form)).saved ?? "nothing")
    } catch (error) {
      const { name, status } = error as Error & { status?: number }
      setSaid(`${name} ${status ?? ""} ${isActionError(error)}`)
    }
  }
  return (
    <section aria-label="In code">
      <input ref={input} type="file" aria-label="File" />
      <button onClick={() => void send()}>Send in code</button>
      <button onClick={() => call.current?.abort()}>Give up</button>
      <progress value={sent} aria-label="Sent" />
      <output>{said}</output>
    </section>
  )
}
