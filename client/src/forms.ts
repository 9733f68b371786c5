/** The module "jetbridge/forms": fields of a form that the server validates. Part of the client modules that use it. */

import { useCallback, useEffect, useId, useRef, useState, type RefCallback, type SyntheticEvent } from "react"
import type { FormState } from "./form-state"
import { checkField } from "./internal"

export { checkField }
export type { FormState }

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** An action whose last argument is a form; anything may come before it. */
export type FormAction = (...args: never[]) => unknown

export interface FieldOptions {
  /** What the field holds at first, and again when a form was accepted. Of boxes: the values that are ticked, or `true`. */
  defaultValue?: string | number | boolean | readonly string[] | null | undefined
  /** The form's action: its rules for this field are asked while the visitor types. It does not run. */
  check?: FormAction | undefined
  /** How many milliseconds without a keystroke before they are asked; 300 unless said otherwise. */
  delay?: number | undefined
}

interface ControlProps {
  id: string
  name: string
  ref: RefCallback<Control>
  onInput: ((event: SyntheticEvent<Control>) => void) | undefined
  "aria-invalid": true | undefined
  "aria-describedby": string | undefined
}

export interface Field {
  /** The first message about the field. */
  error: string | undefined
  errors: readonly string[]
  label: { htmlFor: string }
  /** For an `<input>` with text in it, and for a `<textarea>`. */
  input: ControlProps & { defaultValue: string }
  /** For a `<select>`; `selectMany` for one with `multiple`. */
  select: ControlProps & { defaultValue: string }
  selectMany: ControlProps & { multiple: true; defaultValue: string[] }
  /** For one of the boxes of this name. */
  checkbox: (value?: string) => ControlProps & { type: "checkbox"; value: string; defaultChecked: boolean }
  radio: (value: string) => ControlProps & { type: "radio"; value: string; defaultChecked: boolean }
  /** For the element that shows the message. */
  message: { id: string; "aria-live": "polite"; children: string | undefined }
}

/**
 * One field of a form, as the state of its action has it.
 *
 * After a refusal the control holds what was typed, although React resets a form when its action is through.
 */
export function useField(state: Partial<FormState>, name: string, options: FieldOptions = {}): Field {
  const id = useId()
  const key = pathOf(name)
  const typed = state.values ? listOf(state.values[key]) : listOf(options.defaultValue)
  const live = useLiveCheck(state, key, options)
  const errors = live.errors ?? state.fields?.[key] ?? []
  const error = errors[0]
  const control: ControlProps = {
    id,
    name,
    ref: useKept(state, typed),
    onInput: live.onInput,
    "aria-invalid": error === undefined ? undefined : true,
    "aria-describedby": error === undefined ? undefined : `${id}-message`,
  }
  const box = <T extends "checkbox" | "radio">(type: T, value: string) => ({
    ...control,
    id: type === "radio" || value !== "on" ? `${id}-${value}` : id,
    type,
    value,
    defaultChecked: typed.includes(value),
  })
  const [first = ""] = typed
  return {
    error,
    errors,
    label: { htmlFor: id },
    input: { ...control, defaultValue: first },
    select: { ...control, defaultValue: first },
    selectMany: { ...control, multiple: true, defaultValue: typed },
    checkbox: (value = "on") => box("checkbox", value),
    radio: (value) => box("radio", value),
    message: { id: `${id}-message`, "aria-live": "polite", children: error },
  }
}

/** How the server calls a field: "items[0].name" is "items.0.name", "tags[]" is "tags". */
function pathOf(name: string): string {
  return name.replace(/\[([^\]]*)\]/g, ".$1").replace(/\.$/, "")
}

function listOf(value: FieldOptions["defaultValue"]): string[] {
  if (value === true) return ["on"]
  if (value === false || value == null) return []
  return typeof value === "object" ? [...value] : [String(value)]
}

/**
 * Refs are set after React has reset the form, in which it forgets the choice of a `<select>` and of a focused number.
 *
 * A control is left alone until there is a new state: it may hold what was typed before the page was hydrated.
 */
function useKept(state: object, typed: string[]): RefCallback<Control> {
  const first = useRef(state)
  return useCallback((control) => {
    if (control && state !== first.current) fill(control, typed)
  }, [state])
}

function fill(control: Control, values: string[]): void {
  if ("options" in control) {
    for (const option of control.options) option.selected = option.defaultSelected = values.includes(option.value)
    if (!control.multiple && control.selectedIndex < 0) control.selectedIndex = 0
  } else if (control.type === "checkbox" || control.type === "radio") {
    const input = control as HTMLInputElement
    input.checked = input.defaultChecked = values.includes(input.value)
  } else if (control.type !== "file") {
    control.value = control.defaultValue = values[0] ?? ""
  }
}

/** Only the newest question of a field is under way; an answer that comes after the form's own does not count. */
function useLiveCheck(state: object, key: string, { check, delay = 300 }: FieldOptions) {
  const [answer, setAnswer] = useState<{ state: object; errors: string[] }>()
  const question = useRef<AbortController>(undefined)
  useEffect(() => () => question.current?.abort(), [state])
  const onInput = (event: SyntheticEvent<Control>): void => {
    question.current?.abort()
    const { form } = event.currentTarget
    const { signal } = (question.current = new AbortController())
    const ask = async (): Promise<void> => {
      const errors = await checkField(check as FormAction, form as HTMLFormElement, key, signal)
      if (!signal.aborted) setAnswer({ state, errors })
    }
    // Whatever goes wrong here, the form itself is validated when it is sent.
    const timer = setTimeout(() => ask().catch(() => undefined), delay)
    signal.addEventListener("abort", () => clearTimeout(timer))
  }
  return { errors: answer?.state === state ? answer.errors : undefined, onInput: check && onInput }
}
