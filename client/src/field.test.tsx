// @vitest-environment happy-dom

import { useEffect } from "react"
import { createRoot } from "react-dom/client"
import { renderToString } from "react-dom/server"
import { expect, onTestFinished, test } from "vitest"
import { type Field, type FieldOptions, useField } from "./field"
import type { FormState } from "./form-state"


const AT_FIRST: FormState = { error: null }

/** What `useField` gives for a state. */
function read(name: string, state: Partial<FormState> = AT_FIRST, options?: FieldOptions): Field {
  let found: Field | undefined
  function Reader(): null {
    found = useField(state, name, options)
    return null
  }
  renderToString(<Reader />)
  return found as Field
}

test.each([
  [undefined, ""],
  [null, ""],
  ["text", "text"],
  [0, "0"],
  [7, "7"],
])("a default of %s is %j in an input", (defaultValue, shown) => {
  expect(read("title", AT_FIRST, { defaultValue }).input.defaultValue).toBe(shown)
  expect(read("title", AT_FIRST, { defaultValue }).select.defaultValue).toBe(shown)
})

test.each([
  [true, ["on"]],
  [false, []],
  [undefined, []],
  ["a", ["a"]],
  [["a", "b"], ["a", "b"]],
])("a default of %s ticks %j", (defaultValue, ticked) => {
  const field = read("tags", AT_FIRST, { defaultValue })

  const found = ["on", "a", "b", "c"].filter((value) => field.checkbox(value).defaultChecked)
  expect(found).toEqual(ticked)
  expect(["on", "a", "b", "c"].filter((value) => field.radio(value).defaultChecked)).toEqual(ticked)
  expect(field.selectMany.defaultValue).toEqual(ticked)
})

test.each([
  ["title", "title"],
  ["author.name", "author.name"],
  ["author[name]", "author.name"],
  ["tags[]", "tags"],
  ["items[0].name", "items.0.name"],
  ["items[0][name]", "items.0.name"],
])("of a field with the name %s, what was typed and its messages stand under %s", (name, key) => {
  const state = { error: "Too short", fields: { [key]: ["Too short", "Too plain"] }, values: { [key]: "x" } }
  const field = read(name, state, { defaultValue: "default" })

  expect(field.input).toMatchObject({ name, defaultValue: "x", "aria-invalid": true })
  expect([field.error, field.errors]).toEqual(["Too short", ["Too short", "Too plain"]])
})

test("what was typed goes before the default, also when it is nothing", () => {
  const state = { error: "No", values: {} }

  expect(read("title", state, { defaultValue: "default" }).input.defaultValue).toBe("")
  expect(read("news", state, { defaultValue: true }).checkbox().defaultChecked).toBe(false)
  expect(read("tags", { error: "No", values: { tags: ["b"] } }, { defaultValue: ["a"] }).selectMany.defaultValue).toEqual(["b"])
})

test("a message has an id, which its field names only while there is one", () => {
  const fine = read("title")
  const refused = read("title", { error: "No", fields: { title: ["Too short"] } })

  expect([fine.input["aria-invalid"], fine.input["aria-describedby"], fine.message.children]).toEqual([undefined, undefined, undefined])
  expect(refused.input["aria-describedby"]).toBe(refused.message.id)
  expect(refused.message).toMatchObject({ "aria-live": "polite", children: "Too short" })
})

test("a label belongs to the input; each button and box of a name has an id of its own", () => {
  const field = read("size")
  const ids = [field.input.id, field.radio("s").id, field.radio("on").id, field.checkbox("a").id]

  expect(field.label.htmlFor).toBe(field.input.id)
  expect(field.checkbox().id).toBe(field.input.id)
  expect(new Set(ids).size).toBe(4)
})

test("controls have the types and values that browsers send", () => {
  const field = read("tags[]")

  expect(field.checkbox()).toMatchObject({ name: "tags[]", type: "checkbox", value: "on" })
  expect(field.radio("a")).toMatchObject({ name: "tags[]", type: "radio", value: "a" })
  expect(field.selectMany).toMatchObject({ name: "tags[]", multiple: true })
})

/** A form in a document, which can be given another state. */
async function show(Form: (props: { state: FormState }) => unknown): Promise<(state: FormState) => Promise<void>> {
  const root = createRoot(document.body)
  onTestFinished(() => root.unmount())
  const render = (state: FormState): Promise<void> =>
    new Promise((resolve) => {
      function Shown(): null {
        useEffect(() => resolve())
        return null
      }
      root.render(<form>{Form({ state }) as never}<Shown key={Math.random()} /></form>)
    })
  await render(AT_FIRST)
  return render
}

function control<T extends Element>(selector: string): T {
  return document.querySelector(selector) as T
}

test("a new state fills every kind of control, after the form was reset as React does it", async () => {
  function Controls({ state }: { state: FormState }) {
    const text = useField(state, "text")
    const note = useField(state, "note", { defaultValue: "none" })
    const one = useField(state, "one", { defaultValue: "b" })
    const many = useField(state, "many", { defaultValue: ["a"] })
    const yes = useField(state, "yes", { defaultValue: true })
    const size = useField(state, "size", { defaultValue: "m" })
    const options = ["a", "b", "c"].map((value) => <option key={value}>{value}</option>)
    return (
      <>
        <input {...text.input} />
        <textarea {...note.input} />
        <select {...one.select}>{options}</select>
        <select {...many.selectMany}>{options}</select>
        <input {...yes.checkbox()} />
        <input {...size.radio("m")} />
        <input {...size.radio("l")} />
      </>
    )
  }
  const update = await show(({ state }) => <Controls state={state} />)
  const held = () => ({
    text: control<HTMLInputElement>("[name=text]").value,
    note: control<HTMLTextAreaElement>("[name=note]").value,
    one: control<HTMLSelectElement>("[name=one]").value,
    many: Array.from(control<HTMLSelectElement>("[name=many]").options).filter((o) => o.selected).map((o) => o.value),
    yes: control<HTMLInputElement>("[name=yes]").checked,
    size: Array.from(document.querySelectorAll<HTMLInputElement>("[name=size]")).find((radio) => radio.checked)?.value,
  })
  expect(held()).toEqual({ text: "", note: "none", one: "b", many: ["a"], yes: true, size: "m" })

  control<HTMLFormElement>("form").reset()
  const values = { text: "typed", note: "two\nlines", one: "c", many: ["b", "c"], size: "l" }
  await update({ error: "No", values })

  expect(held()).toEqual({ ...values, yes: false })
})

test("what was typed before the page was hydrated stays until there is a new state", async () => {
  function Title({ state }: { state: FormState }) {
    return <input {...useField(state, "title", { defaultValue: "default" }).input} />
  }
  const update = await show(({ state }) => <Title state={state} />)
  const input = control<HTMLInputElement>("input")

  input.value = "typed early"
  await update(AT_FIRST)
  expect(input.value).toBe("typed early")
  await update({ error: null })
  expect(input.value).toBe("default")
})
