import { useEffect, useRef, useState, type SyntheticEvent } from "react"
import { type Control, type Field, type FieldOptions, type LiveCheck, pathOf, useControls } from "./field"
import type { FormState } from "./form-state"
import { Detour, encodeReply, readRefusal } from "./internal"
import { ACTION_PATH, CHECK_HEADER } from "./wire"

/** An action whose last argument is a form; anything may come before it. */
export type FormAction = (...args: never[]) => unknown

export interface LiveFieldOptions extends FieldOptions {
  /** The form's action: its rules for this field are asked while the visitor types. It does not run. */
  check: FormAction
  /** How many milliseconds without a keystroke before they are asked; 300 unless said otherwise. */
  delay?: number | undefined
}

/** A field about which the server's rules are asked while the visitor types. */
export function useLiveField(state: Partial<FormState>, name: string, options: LiveFieldOptions): Field {
  return useControls(state, name, options.defaultValue, useLiveCheck(state, pathOf(name), options))
}

/** Only the newest question of a field is under way; an answer that comes after the form's own does not count. */
function useLiveCheck(state: object, key: string, { check, delay = 300 }: LiveFieldOptions): LiveCheck {
  const [answer, setAnswer] = useState<{ state: object; errors: string[] }>()
  const question = useRef<AbortController>(undefined)
  useEffect(() => () => question.current?.abort(), [state])
  const onInput = (event: SyntheticEvent<Control>): void => {
    question.current?.abort()
    const { form } = event.currentTarget
    const { signal } = (question.current = new AbortController())
    const ask = async (): Promise<void> => {
      const errors = await checkField(check, form as HTMLFormElement, key, signal)
      if (!signal.aborted) setAnswer({ state, errors })
    }
    // Whatever goes wrong here, the form itself is validated when it is sent.
    const timer = setTimeout(() => ask().catch(() => undefined), delay)
    signal.addEventListener("abort", () => clearTimeout(timer))
  }
  return { errors: answer?.state === state ? answer.errors : undefined, onInput }
}

/**
 * What the rules of `action` say about one field of its form, while the form is being filled in. The action does not run.
 *
 * field: as in `FormState`, such as "items.0.name". Files are not sent. Rejects like a call.
 */
export function checkField(
  action: FormAction,
  form: HTMLFormElement | FormData,
  field: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const entries = new FormData()
  for (const [name, value] of form instanceof FormData ? form : new FormData(form)) {
    if (typeof value === "string" && !name.startsWith("$ACTION_")) entries.append(name, value)
  }
  const question = new Detour(async (id, args) => {
    const response = await fetch(ACTION_PATH + id, {
      method: "POST",
      headers: { [CHECK_HEADER]: encodeURIComponent(field) },
      body: await encodeReply([...args, entries]),
      signal: signal ?? null,
    })
    if (!response.ok) throw await readRefusal(response)
    return ((await response.json()) as { messages: string[] }).messages
  })
  const ask = action as unknown as (state: null, question: Detour) => Promise<string[]>
  return ask(null, question)
}
