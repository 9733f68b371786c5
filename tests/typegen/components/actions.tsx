"use client"

import type { ChangeEvent, ReactNode } from "react"

type State = { error: string | null; values?: Record<string, string> }
export type Post = { id: number; title: string }

/** Takes a form. */
export function DeleteButton({ action }: { action: (form: FormData) => Promise<void> }) {
  return <form action={action} />
}

export function PlainButton({ action }: { action: () => Promise<void> }) {
  return <form action={action} />
}

export function StateForm(props: { action: (state: State, form: FormData) => Promise<State>; initial?: State }) {
  return <p>{props.initial?.error}</p>
}

export function Editor(props: {
  save: (id: number, title: string) => Promise<Post>
  rename?: (from: string, to: string) => void
  store?: (post: Post, at: Date, draft: boolean) => Promise<number>
  search?: (query: string | null, limit?: number) => Promise<Post[]>
  log?: (...parts: string[]) => Promise<void>
  sort?: (ids: number[]) => Promise<void>
}) {
  return <p>{props.save.name}</p>
}

/** Functions that run in the browser. */
export function Field(props: {
  onChange?: (event: ChangeEvent<HTMLInputElement>) => void
  format: (value: number) => string
  render?: (value: number) => ReactNode
}) {
  return <p>{props.format(1)}</p>
}

export function euro(value: number): string {
  return `${value} EUR`
}

export function Menu(props: { entries: { label: string; onSelect: () => Promise<void> }[] }) {
  return <p>{props.entries.length}</p>
}
