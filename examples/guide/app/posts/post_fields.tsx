import { useId } from "react"
import { FormMessage } from "../_ui/form_message"
import { SubmitButton } from "../_ui/submit_button"

type Props = {
  state: { error: string | null; saved: boolean; title: string; body: string }
  isPending: boolean
  success: string
  submit: string
}

/** The inside of a form that writes a post: it is the same for a new one and for changes. */
export function PostFields({ state, isPending, success, submit }: Props) {
  const id = useId()
  return (
    <>
      <label htmlFor={`${id}title`}>Title</label>
      <input id={`${id}title`} name="title" required maxLength={200} defaultValue={state.title} autoComplete="off" />
      <label htmlFor={`${id}body`}>Body</label>
      <textarea id={`${id}body`} name="body" required rows={4} defaultValue={state.body} />
      <FormMessage error={state.error} success={state.saved && success} />
      <SubmitButton isPending={isPending}>{submit}</SubmitButton>
    </>
  )
}
