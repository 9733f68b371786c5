/** What `useActionState` holds for a form whose action takes a model. One that was accepted is `{ error: null }`. */
export interface FormState {
  /** The first message. */
  error: string | null
  /** Messages by field, as in "items.0.name"; what is about no field is under "". */
  fields?: Record<string, string[]>
  /** What was typed, by field, without files and secrets; only after a refusal. */
  values?: Record<string, string | string[]>
}
