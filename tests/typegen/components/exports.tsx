"use client"

import { Slider } from "fancy-ui"
import { Component, createContext, forwardRef, lazy, memo } from "react"
import type { Author } from "./shared"

type Props = { label: string }

function Inner({ label }: Props) {
  return <b>{label}</b>
}
export { Inner as Outer }
export { Toggle, type ToggleProps } from "fancy-ui"
export { Slider }

export const Memo = memo(function Memo({ label, count }: Props & { count: number }) {
  return (
    <b>
      {label}
      {count}
    </b>
  )
})
export const WithRef = forwardRef<HTMLInputElement, Props>(({ label }, ref) => <input ref={ref} aria-label={label} />)
export const Later = lazy(async () => ({ default: Inner }))
export const Typed: React.FC<Props> = ({ label }) => <b>{label}</b>
export class Old extends Component<Props & { size?: number }> {
  render() {
    return <b>{this.props.label}</b>
  }
}
export const Theme = createContext("light")

/** A list of anything. */
export function List<T extends { id: number }>({ items, selected }: { items: T[]; selected?: T }) {
  return <p>{items.indexOf(selected as T)}</p>
}

export function Either(props: { kind: "link"; href: string } | { kind: "button"; action: () => Promise<void> }) {
  return <b>{props.kind}</b>
}

export function Byline({ author }: { author: Author }) {
  return <b>{author.name}</b>
}

export function Open({ label, ...rest }: { label: string; [name: string]: string }) {
  return <b {...rest}>{label}</b>
}

// biome-ignore lint/suspicious/noExplicitAny: nobody said
export function Loose(props: any) {
  return <b>{props.x}</b>
}

/** The main thing. */
export default function Main({ id }: { id: number }) {
  return <b>{id}</b>
}
