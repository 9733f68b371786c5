import { askLater, count, delete as remove, plan, publishPost, rate, sign, tagPost } from "./actions"

export async function right() {
  await publishPost(1, new Date())
  await publishPost(1, new Date(), true)
  await publishPost(1, new Date(), undefined)
  const tags: string[] = await tagPost(1, "a", "b")
  const thanks: "thanks" = await rate(3, null)
  const [day, price]: [string, string] = await plan("2026-01-31", "12:00", "0.10", crypto.randomUUID(), 60)
  const more: bigint = (await count(1n, tags, thanks)) + 1n
  await remove(true)
  const signed: string = await sign("text")
  const bound = publishPost.bind(null, 1)
  await bound(new Date())
  const keys = Object.keys(await askLater())
  return [day, price, more, signed, keys]
}

export async function wrong() {
  await publishPost("1", new Date()) // error TS2345
  await publishPost(1, "2026-01-31") // error TS2345
  await publishPost(1) // error TS2554
  await tagPost(1, 2) // error TS2345
  await rate(4) // error TS2345
  await rate(1, 2) // error TS2345
  await plan("2026-01-31", "12:00", 0.1, "", 60) // error TS2345
  await plan("2026-01-31", "12:00", "0.1", "", "1h") // error TS2345
  await count(1, 1, 1) // error TS2345
  await sign("text", "user") // error TS2554
  const [day, price]: [Date, string] = await plan("", "", "", "", 1) // error TS2322
  const given: string = (await askLater()).given // error TS2322
  return [day, price, given]
}
