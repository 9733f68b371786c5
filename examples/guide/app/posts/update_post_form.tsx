"use client"

import { useActionState } from "react"
import type { PostState } from "@/app/actions/posts"
import { PostFields } from "./post_fields"

type Props = {
  /** The action `update_post`, to which the page has bound the post's id. */
  action: (state: PostState, form: FormData) => Promise<PostState>
  title: string
  body: string
}

export function UpdatePostForm({ action, title, body }: Props) {
  const [state, submit, isPending] = useActionState(action, { error: null })
  return (
    <form action={submit} className="card">
      <PostFields state={state} post={{ title, body }} isPending={isPending} success="Saved." submit="Save changes" />
    </form>
  )
}
