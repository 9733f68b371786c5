"use client"

import { useField, useLiveField } from "jetbridge/forms"
import { useActionState } from "react"
import { saveProfile } from "@/app/actions/profile"

export function ProfileForm({ name }: { name: string }) {
  const [state, action, isPending] = useActionState(saveProfile, { error: null })
  const nameField = useLiveField(state, "name", { defaultValue: name, check: saveProfile })
  const bio = useField(state, "bio", { defaultValue: "none yet" })
  const age = useField(state, "age", { defaultValue: 18 })
  const colour = useField(state, "colour", { defaultValue: "green" })
  const size = useField(state, "size", { defaultValue: "m" })
  const newsletter = useField(state, "newsletter", { defaultValue: true })
  const tags = useField(state, "tags[]", { defaultValue: ["a"] })
  const languages = useField(state, "languages", { defaultValue: ["en"] })
  const street = useField(state, "address[street]", { defaultValue: "Main Street" })
  const password = useField(state, "password")
  return (
    <form action={action}>
      <label {...nameField.label}>Name</label>
      <input {...nameField.input} autoComplete="off" />
      <p {...nameField.message} />
      <label {...bio.label}>Bio</label>
      <textarea {...bio.input} />
      <label {...age.label}>Age</label>
      <input {...age.input} type="number" />
      <p {...age.message} />
      <label {...colour.label}>Colour</label>
      <select {...colour.select}>
        <option>red</option>
        <option>green</option>
        <option>blue</option>
      </select>
      {["s", "m", "l"].map((value) => (
        <label key={value}>
          <input {...size.radio(value)} /> size {value}
        </label>
      ))}
      <label>
        <input {...newsletter.checkbox()} /> newsletter
      </label>
      {["a", "b", "c"].map((value) => (
        <label key={value}>
          <input {...tags.checkbox(value)} /> tag {value}
        </label>
      ))}
      <label {...languages.label}>Languages</label>
      <select {...languages.selectMany}>
        <option>en</option>
        <option>de</option>
        <option>fr</option>
      </select>
      <label {...street.label}>Street</label>
      <input {...street.input} />
      <p {...street.message} />
      <label {...password.label}>Password</label>
      <input {...password.input} type="password" autoComplete="new-password" />
      <label>
        Photo <input type="file" name="photo" />
      </label>
      <p role="status">{state.error ?? state.saved}</p>
      <button disabled={isPending}>Save</button>
    </form>
  )
}
