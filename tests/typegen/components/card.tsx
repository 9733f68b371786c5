"use client"

import type { ReactElement, ReactNode } from "react"

type Props = {
  /** What stands on top. */
  title: string
  size?: "s" | "m" | "l"
  level: 1 | 2 | 3
  isOpen?: boolean
  postId: number | null
  postURL?: string
  as?: string
  for?: string
  class?: string
  tags: string[]
  className?: string
  style?: React.CSSProperties
  icon?: ReactElement
  footer?: ReactNode
  children?: ReactNode
}

/** A card with a title. */
export function Card(props: Props) {
  return <div className={props.className}>{props.children}</div>
}

/** It has nothing inside. */
export const Badge = ({ text, count = 0 }: { text: string; count?: number }) => (
  <b>
    {text} {count}
  </b>
)

export function Box({ children }: { children: ReactNode }) {
  return <div>{children}</div>
}

/** Only text fits inside. */
export function Price({ children, currency }: { children: string; currency: "EUR" | "USD" }) {
  return <b>{children + currency}</b>
}

export function Hint({ children = "none" }: { children?: string }) {
  return <i>{children}</i>
}
