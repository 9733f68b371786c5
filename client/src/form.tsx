import type { ComponentProps, ReactNode, SubmitEvent } from "react"
import { useRouter } from "./router"
import type { Href } from "./routes"

export interface FormProps extends ComponentProps<"form"> {
  /** Text: the page that shows the result, with the fields as its query. A function: the action to call. */
  action: Href | ((form: FormData) => void | Promise<void>)
  /** Takes the place of the current page in the history. */
  replace?: boolean | undefined
  /** Whether to start at the top of the new page; true unless said otherwise. */
  scroll?: boolean | undefined
}

/** A form that leads to a page without a new document, such as a search; or any form with an action. */
export function Form({ action, replace, scroll, onSubmit, ...rest }: FormProps): ReactNode {
  const router = useRouter()
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    onSubmit?.(event)
    const form = event.currentTarget
    const submitter = event.nativeEvent.submitter
    if (event.defaultPrevented || typeof action !== "string" || !isForUs(form, submitter)) return
    event.preventDefault()
    router[replace ? "replace" : "push"](urlOf(form, submitter), { scroll: scroll ?? true }).catch(reportError)
  }
  return <form {...rest} action={action} onSubmit={submit} />
}

/** A GET within this site and this window, as far as the pressed button does not say otherwise. */
function isForUs(form: HTMLFormElement, submitter: HTMLElement | null): boolean {
  const overrides = ["formaction", "formmethod", "formtarget"]
  return (
    form.method === "get" &&
    new URL(form.action).origin === location.origin &&
    (!form.target || form.target === "_self") &&
    !overrides.some((name) => submitter?.hasAttribute(name))
  )
}

function urlOf(form: HTMLFormElement, submitter: HTMLElement | null): string {
  const url = new URL(form.action)
  const query = new URLSearchParams()
  for (const [name, value] of new FormData(form, submitter)) query.append(name, typeof value === "string" ? value : value.name)
  url.search = query.toString()
  return url.href
}
