"use client"

import { useLiveField } from "jetbridge/forms"
import { useActionState } from "react"
import { updateUsername } from "@/app/actions/users"
import { FormMessage } from "../_ui/form_message"
import { SubmitButton } from "../_ui/submit_button"

export function UsernameForm({ username }: { username: string }) {
  const [state, action, isPending] = useActionState(updateUsername, { error: null })
  // While one types, the server says whether the name would do.
  const field = useLiveField(state, "username", { defaultValue: username, check: updateUsername })
  return (
    <form action={action} className="card">
      <label {...field.label}>Username</label>
      <input {...field.input} required maxLength={30} autoComplete="username" />
      <FormMessage id={field.message.id} error={field.error} success={state.saved && "Saved."} />
      <SubmitButton isPending={isPending}>Save</SubmitButton>
    </form>
  )
}
