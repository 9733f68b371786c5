import type { ReactNode } from "react"

type Props = { isPending: boolean; pendingText?: string; children: ReactNode }

/** The button of a form. While the form is under way it says so, and cannot be pressed again. */
export function SubmitButton({ isPending, pendingText = "Saving...", children }: Props) {
  return (
    <button type="submit" className="primary" disabled={isPending}>
      {isPending ? pendingText : children}
    </button>
  )
}
