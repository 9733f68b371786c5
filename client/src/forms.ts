/** The module "jetbridge/forms": fields of a form that the server validates. Part of the client modules that use it. */

export { useField } from "./field"
export type { Field, FieldOptions } from "./field"
export type { FormState } from "./form-state"
export { checkField, useLiveField } from "./live-field"
export type { FormAction, LiveFieldOptions } from "./live-field"
