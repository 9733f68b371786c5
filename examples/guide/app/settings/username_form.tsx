"use client"

import { useActionState } from "react"
import { updateUsername } from "@/app/actions/users"
import { FormMessage } from "../_ui/form_message"
import { SubmitButton } from "../_ui/submit_button"

export function UsernameForm({ username }: { username: string }) {
  const [state, action, isPending] = useActionState(updateUsername, { error: null, saved: false, username })
  return (
    <form action={action} className="card">
      <label htmlFor="username">Username</label>
      <input id="username" name="username" required maxLength={30} defaultValue={state.username} autoComplete="username" />
      <FormMessage error={state.error} success={state.saved && "Saved."} />
      <SubmitButton isPending={isPending}>Save</SubmitButton>
    </form>
  )
}
