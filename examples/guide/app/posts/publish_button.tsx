"use client"

import { useFormStatus } from "react-dom"
import { publishPost } from "@/app/actions/posts"
import { SubmitButton } from "../_ui/submit_button"

/** Here it is the browser that binds the action's argument. */
export function PublishButton({ postId }: { postId: number }) {
  return (
    <form action={publishPost.bind(null, postId)} className="inline">
      <Button />
    </form>
  )
}

function Button() {
  const { pending } = useFormStatus()
  return (
    <SubmitButton isPending={pending} pendingText="Publishing...">
      Publish
    </SubmitButton>
  )
}
