import { useField } from "jetbridge/forms"
import type { PostState } from "@/app/actions/posts"
import { FormMessage } from "../_ui/form_message"
import { SubmitButton } from "../_ui/submit_button"

type Props = {
  state: PostState
  /** What the fields hold at first, and again when the form was accepted. */
  post?: { title: string; body: string }
  isPending: boolean
  success: string
  submit: string
}

/** The inside of a form that writes a post: it is the same for a new one and for changes. */
export function PostFields({ state, post, isPending, success, submit }: Props) {
  const title = useField(state, "title", { defaultValue: post?.title })
  const body = useField(state, "body", { defaultValue: post?.body })
  const wrong = title.error ? title : body
  return (
    <>
      <label {...title.label}>Title</label>
      <input {...title.input} required maxLength={200} autoComplete="off" />
      <label {...body.label}>Body</label>
      <textarea {...body.input} required rows={4} />
      <FormMessage id={wrong.message.id} error={state.error} success={state.saved && success} />
      <SubmitButton isPending={isPending}>{submit}</SubmitButton>
    </>
  )
}
