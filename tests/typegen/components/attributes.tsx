"use client"

import type { ComponentProps, HTMLAttributes, InputHTMLAttributes, SVGProps } from "react"

/** A button that passes on what it gets. */
export function Button({ variant = "plain", ...rest }: ComponentProps<"button"> & { variant?: "plain" | "danger" }) {
  return <button data-variant={variant} {...rest} />
}

/** Its type is fixed. */
export function Submit({ label, ...rest }: Omit<ComponentProps<"button">, "type" | "children"> & { label: string }) {
  return (
    <button type="submit" {...rest}>
      {label}
    </button>
  )
}

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "size"> {
  size?: "small" | "large"
}
export function Field({ size, ...rest }: FieldProps) {
  return <input data-size={size} {...rest} />
}

export function Panel(props: HTMLAttributes<HTMLDivElement>) {
  return <div {...props} />
}

export function Icon(props: SVGProps<SVGSVGElement> & { glyph: string }) {
  return <svg {...props} />
}

export function Some(props: Pick<ComponentProps<"a">, "href" | "target"> & Required<Pick<ComponentProps<"a">, "title">>) {
  return <a {...props}>x</a>
}

export function FormBox(props: ComponentProps<"form">) {
  return <form {...props} />
}
