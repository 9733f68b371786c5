"use client"

import { useActionState } from "react"
import { logIn } from "@/app/actions/auth"
import { FormMessage } from "../_ui/form_message"
import { SubmitButton } from "../_ui/submit_button"

export function LoginForm() {
  const [state, action, isPending] = useActionState(logIn, { error: null, username: "" })
  return (
    <form action={action} className="card">
      <label htmlFor="username">Username</label>
      <input id="username" name="username" required autoComplete="username" defaultValue={state.username} />
      <label htmlFor="password">Password</label>
      <input id="password" name="password" type="password" required autoComplete="current-password" />
      <FormMessage error={state.error} />
      <SubmitButton isPending={isPending} pendingText="Signing in...">Sign in</SubmitButton>
    </form>
  )
}
