"use client"

import { useFormStatus } from "react-dom"

type Props = {
  /** What to do: the server decided it when it rendered the page, down to which row is meant. */
  action: () => Promise<void>
  /** What is deleted, for those who cannot see what stands beside the button. */
  what: string
}

export function DeleteButton({ action, what }: Props) {
  return (
    <form action={action} className="inline">
      <Button what={what} />
    </form>
  )
}

function Button({ what }: { what: string }) {
  const { pending } = useFormStatus()
  return (
    <button type="submit" className="quiet danger" disabled={pending} aria-label={`Delete ${what}`}>
      {pending ? "Deleting..." : "Delete"}
    </button>
  )
}
