"use client"

import { useActionState } from "react"
import { syncData } from "@/app/actions/sync"
import { FormMessage } from "../_ui/form_message"
import { SubmitButton } from "../_ui/submit_button"

export function SyncForm() {
  const [state, action, isPending] = useActionState(syncData, { entries: null })
  return (
    <form action={action} className="card">
      <fieldset>
        <legend>This time the partner</legend>
        <label>
          <input type="radio" name="partner" value="up" defaultChecked /> answers
        </label>
        <label>
          <input type="radio" name="partner" value="down" /> cannot be reached
        </label>
        <label>
          <input type="radio" name="partner" value="broken" /> answers with nonsense
        </label>
      </fieldset>
      <FormMessage error={null} success={state.entries !== null && `${state.entries} entries exchanged.`} />
      <SubmitButton isPending={isPending} pendingText="Syncing...">Sync</SubmitButton>
    </form>
  )
}
