import { useCallback, useId, useRef, type RefCallback, type SyntheticEvent } from "react"
import type { FormState } from "./form-state"

export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

export interface FieldOptions {
  /** What the field holds at first, and again when a form was accepted. Of boxes: the values that are ticked, or `true`. */
  defaultValue?: string | number | boolean | readonly string[] | null | undefined
}

/** What the server said of the field since its form was sent last. */
export interface LiveCheck {
  errors: readonly string[] | undefined
  onInput: (event: SyntheticEvent<Control>) => void
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
export function useField(state: Partial<FormState>, name: string, { defaultValue }: FieldOptions = {}): Field {
  return useControls(state, name, defaultValue)
}

export function useControls(
  state: Partial<FormState>,
  name: string,
  defaultValue: FieldOptions["defaultValue"],
  live?: LiveCheck,
): Field {
  const id = useId()
  const key = pathOf(name)
  const typed = listOf(state.values ? state.values[key] : defaultValue)
  const errors = live?.errors ?? state.fields?.[key] ?? []
  const error = errors[0]
  const control: ControlProps = {
    id,
    name,
    ref: useKept(state, typed),
    onInput: live?.onInput,
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
export function pathOf(name: string): string {
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
