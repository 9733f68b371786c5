"use client"

import { useActionState } from "react"
import { createPost } from "@/app/actions/posts"
import { PostFields } from "./post_fields"

export function CreatePostForm() {
  const [state, action, isPending] = useActionState(createPost, { error: null })
  return (
    <form action={action} className="card">
      <PostFields state={state} isPending={isPending} success="Saved as a draft." submit="Create Post" />
    </form>
  )
}
