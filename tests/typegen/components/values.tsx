"use client"

import type { ComponentType, ElementType } from "react"

enum Color {
  Red = "red",
  Blue = "blue",
}
enum Level {
  Low,
  High,
}
interface Author {
  name: string
  email?: string
}
/** A point of a chart. */
interface Point {
  x: number
  y: number
}
type Tree = { label: string; children: Tree[] }
type Shape = { kind: "circle"; radius: number } | { kind: "square"; side: number }
type Brand = string & { __brand: "id" }
class Engine {
  #private = 1
  start() {
    return this.#private
  }
}
type Full = { id: number; title: string; body: string; createdAt: Date }

export function Values(props: {
  color?: Color
  level?: Level
  at?: Date
  big?: bigint
  bytes?: Uint8Array
  floats?: Float32Array
  buffer?: ArrayBuffer
  names?: Map<string, number>
  numbered?: Map<number, string>
  seen?: Set<string>
  pair?: [string, number]
  some?: [string, number?]
  many?: [string, ...number[]]
  scores?: Record<string, number>
  later?: Promise<string>
  lines?: AsyncIterable<string>
  file?: File
  form?: FormData
  anything?: any
  something?: unknown
  brand?: Brand
  template?: `post-${number}`
  mixed?: string | number | null
  explicit: string | undefined
  engine?: Engine
  node?: HTMLElement
  Icon?: ComponentType<{ size: number }>
  as?: ElementType
  error?: Error
}) {
  return <p>{props.explicit}</p>
}

export function Objects(props: {
  author: Author
  points: Point[]
  tree?: Tree
  shape?: Shape
  partial?: Partial<Full>
  picked?: Pick<Full, "id" | "title">
  omitted?: Omit<Full, "body">
  both?: Author & { age: number }
  inline?: { deep: { deeper: string } }
  readonlyList?: readonly Author[]
  byName?: Record<string, Author>
  dashed?: { "content-type": string; class: string }
}) {
  return <p>{props.author.name}</p>
}

export const LIMIT = 10
export function useCart(): number {
  return 1
}
