import { adopt, attempt, feed, label, paint, register } from "./actions"

export async function right() {
  const pet = await adopt({ kind: "cat" })
  const text = pet.kind === "cat" ? `${pet.lives}` : pet.color
  const owner = await register({ pet: { kind: "dog", color: "red" }, others: [{ kind: "cat", lives: 3 }] })
  const first = owner.others[0]
  const lives = first?.kind === "cat" ? first.lives : 0
  const painted = await paint("red", 2)
  const size: 1 | 2 | undefined = painted.get("blue")
  const labels = await label({ name: "x" })
  const a: string | undefined = labels.a
  const result = await attempt("what")
  const value = result.ok ? result.value : result.reason.length
  const fed = await feed({ lives: 3 })
  const same = fed?.kind === "fish" ? fed.size : fed?.lives
  return [text, lives, size, a, value, same]
}

export async function wrong() {
  await adopt({ lives: 3 }) // error TS2345
  await adopt({ kind: "bird" }) // error TS2322
  await adopt({ kind: "dog", color: "green" }) // error TS2345
  const pet = await adopt({ kind: "cat" })
  pet.lives // error TS2339
  await register({ pet: { color: "red" } }) // error TS2322
  await paint("green") // error TS2345
  await paint("red", 3) // error TS2345
  const size: number = (await paint("red")).get("red") // error TS2322
  await label({ title: "x" }) // error TS2353
  const a: string = (await label({})).a // error TS2322
  const result = await attempt(1)
  result.reason // error TS2339
  await attempt(true) // error TS2345
  await feed({ sort: "fish" }) // error TS2353
  return [size, a]
}
