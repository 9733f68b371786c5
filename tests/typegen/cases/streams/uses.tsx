import type { ReactNode } from "react"
import { call, fail, render, save, summary, ticks, twice } from "./actions"

async function* notes() {
  yield { text: "a" }
}

export async function right() {
  for await (const note of await ticks(3)) note.stars.toFixed()
  const { note } = await summary(notes(), Promise.resolve(3))
  const text: string | undefined = (await note)?.text
  const node: ReactNode = await render({ text: "a" }, <b />)
  const next = await twice(save, { text: "a" })
  const stars: number = (await next({ text: "b" })).stars
  const shown: ReactNode = await (await call(() => Promise.resolve()))?.()
  const message: string = (await fail()).message
  return [text, node, stars, shown, message]
}

export async function wrong() {
  for (const note of await ticks(3)) note // error TS2488
  await summary([{ text: "a" }], Promise.resolve(3)) // error TS2741
  await summary(notes(), Promise.resolve("3")) // error TS2345
  await render({ text: "a" }, "icon") // error TS2345
  await twice(async (note: number) => note, { text: "a" }) // error TS2345
  const next = await twice(save, { text: "a" })
  await next("b") // error TS2345
  await (await call(async () => {}))() // error TS2721
  return fail().message // error TS2339
}
