import { allUsers, double, first, lookUp, numbers, openPage, type Page, pageOf, pair, result, type User } from "./actions"

export async function right() {
  const page: Page<User> = await pageOf({ rows: [{ name: "a" }] }, { rows: [1], next: 2 })
  const admin: boolean | undefined = page.rows[0]?.admin
  const users = await allUsers()
  const total: number = users.total + users.rows.length
  const { first: span, second } = await pair({ first: "a", second: [{ name: "b", admin: true }] })
  const end: number = span[1]
  const sum: number = (await numbers()).first + (await numbers()).second
  const user: User | undefined = (await lookUp({ by_key: { a: 1 } })).by_key.get(1)
  const deep: number | null | undefined = (await result()).again?.value
  const text: string = await first(["a"], "b")
  const twice: number = await double(2)
  const [row]: unknown[] = (await openPage({ rows: [1, "a"] })).rows
  return [admin, total, second?.name, end, sum, user?.name, deep, text, twice, row]
}

export async function wrong() {
  await pageOf({ rows: [1] }, { rows: [1] }) // error TS2322
  await pageOf({ rows: [] }, { rows: ["a"] }) // error TS2322
  const page: Page<number> = await allUsers() // error TS2322
  await pair({ first: 1, second: [] }) // error TS2322
  await lookUp({ by_key: new Map([["a", 1]]) }) // error TS2322
  const user: User = (await lookUp({ by_key: {} })).by_key[1] // error TS7052
  const text: number = await first(["a"], "b") // error TS2322
  await double("2") // error TS2345
  return [page, user, text]
}
