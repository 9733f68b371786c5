"use client"

import { useActionState } from "react"
import { FormMessage } from "../_ui/form_message"
import { SubmitButton } from "../_ui/submit_button"

type State = { error: string | null; comment: string }

/** `action`: the action `add_comment`, to which the page has bound the post's id. */
export function CommentForm({ action }: { action: (state: State, form: FormData) => Promise<State> }) {
  const [state, submit, isPending] = useActionState(action, { error: null, comment: "" })
  return (
    <form action={submit} className="card">
      <label htmlFor="comment">Your comment</label>
      <textarea id="comment" name="comment" required rows={2} maxLength={1000} defaultValue={state.comment} />
      <FormMessage error={state.error} />
      <SubmitButton isPending={isPending}>Add comment</SubmitButton>
    </form>
  )
}
