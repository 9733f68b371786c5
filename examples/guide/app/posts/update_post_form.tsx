"use client"

import { useActionState } from "react"
import { PostFields } from "./post_fields"

type State = { error: string | null; saved: boolean; title: string; body: string }

type Props = {
  /** The action `update_post`, to which the page has bound the post's id. */
  action: (state: State, form: FormData) => Promise<State>
  title: string
  body: string
}

export function UpdatePostForm({ action, title, body }: Props) {
  const [state, submit, isPending] = useActionState(action, { error: null, saved: false, title, body })
  return (
    <form action={submit} className="card">
      <PostFields state={state} isPending={isPending} success="Saved." submit="Save changes" />
    </form>
  )
}
