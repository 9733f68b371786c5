// @vitest-environment happy-dom

import { startTransition, useActionState } from "react"
import { expect, test } from "vitest"
import { element, errorRow, flight, inMode, openPage, tree } from "./test-page"

const ROWS = [
  '1:I["jetbridge",[],"ErrorBoundary"]',
  '2:I["jetbridge",[],"ErrorMessage"]',
  '3:I["jetbridge",[],"RetryButton"]',
  '4:I["jetbridge",[],"SegmentBoundary"]',
  '5:I["test",[],"Child"]',
]
const FALLBACK = [element("$2", {}, "message"), element("$3", {}, "retry")]

const BROKEN = inMode({ development: "broken in the browser", production: "Something went wrong." })
const MASKED = "Something went wrong. (Reference: a1b2c3d4)"

/** An error boundary as the server writes it around a segment with an error.py. */
function boundary(props: object): unknown {
  return element("$1", { fallback: FALLBACK, ...props }, "boundary")
}

function Child(): never {
  throw new Error("broken in the browser")
}

test("what the server failed to render is shown as its error page, and a retry fetches it again", async () => {
  const failed = tree("A", boundary({ error: { digest: "a1b2c3d4", message: "" } }))
  const page = await openPage("/a", flight({ root: failed }, ROWS))
  await page.shows(`A${MASKED}Try again`)

  page.click("button")
  ;(await page.request("/a")).answer(flight({ root: tree("A", boundary({ children: "fine" })), page: "/a" }, ROWS))

  await page.shows("Afine")
})

test("a failing component is shown as the error page until another page is shown", async () => {
  const page = await openPage("/a", flight({ root: tree("A", boundary({ children: element("$5") })) }, ROWS), () => ({ Child }))
  await page.shows(`A${BROKEN}Try again`)
  expect(page.errors.map(String)).toContain("Error: broken in the browser")

  const visit = page.router.push("/b")
  ;(await page.request("/b")).answer(flight({ root: tree("B", boundary({ children: "fine" })), page: "/b" }, ROWS))
  await visit

  await page.shows("Bfine")
})

test("a retry without an answer tries the children again", async () => {
  let isBroken = true
  const page = await openPage("/a", flight({ root: tree("A", boundary({ children: element("$5") })) }, ROWS), () => ({
    Child: () => (isBroken ? Child() : "fine"),
  }))
  await page.shows(`A${BROKEN}Try again`)

  isBroken = false
  page.click("button")
  ;(await page.request("/a")).fail(new TypeError("Failed to fetch"))

  await page.shows("Afine")
})

test.each([
  [errorRow(9, { kind: "action", message: "Sold out.", code: null, field: null, status: 400 }), "Sold out."],
  [errorRow(9, "a1b2c3d4", "ValueError: x"), inMode({ development: "ValueError: x", production: MASKED })],
])("the error of an action reaches the boundary around its form: %s", async (row, shown) => {
  const page = await openPage("/a", flight({ root: tree("A", boundary({ children: element("$5") })) }, ROWS), ({ callServer }) => ({
    Child() {
      const [, run] = useActionState(() => callServer("save", []), null)
      return <button onClick={() => startTransition(run)}>save</button>
    },
  }))
  await page.shows("Asave")

  page.click("button")
  ;(await page.request("/_jetbridge")).answer(flight({ returnValue: "$@9" }, [row]))

  await page.shows(`A${shown}Try again`)
})

test("a redirect to the same page leaves no error behind, and state above the page stays", async () => {
  const segment = element("$4", { children: element("$5") }, "segment")
  const page = await openPage("/a", flight({ root: tree("A", segment) }, ROWS), ({ callServer }) => ({
    Child() {
      const [, run, isPending] = useActionState(() => callServer("save", []), null)
      return <button onClick={() => startTransition(run)}>{isPending ? "saving" : "save"}</button>
    },
  }))
  await page.shows("Asave")

  page.click("button")
  await page.shows("Asaving")
  const redirect = { url: "/a", kind: "push", external: false }
  ;(await page.request("/_jetbridge")).answer(flight({ root: tree("A2", segment), page: "/a", redirect, renderedAt: 2 }, ROWS))

  await page.shows("A2save")
  expect(page.errors).toEqual([])
})

test("a redirect met while the page streams is followed", async () => {
  const late = boundary({ children: element("$4", { children: "$L9" }, "segment") })
  const row = errorRow(9, { kind: "redirect", url: "/login", replace: true })
  const page = await openPage("/a", flight({ root: tree("A", late) }, [...ROWS, row]))

  ;(await page.request("/login")).answer(flight({ root: tree("Login"), page: "/login" }))

  await page.shows("Login")
  expect(location.pathname).toBe("/login")
  expect(page.errors).toEqual([])
})

test.each([
  ["not_found", "This page could not be found."],
  ["forbidden", "You may not see this page."],
  ["unauthorized", "Sign in to see this page."],
])("%s met while the page streams takes the place of the whole page, until another is shown", async (kind, title) => {
  const late = boundary({ children: element("$4", { children: "$L9" }, "segment") })
  const page = await openPage("/a", flight({ root: tree("A", late) }, [...ROWS, errorRow(9, { kind })]))
  await page.shows(title)
  expect(document.title).toBe(title)

  const visit = page.router.push("/b")
  ;(await page.request("/b")).answer(flight({ root: tree("B"), page: "/b" }))
  await visit
  await page.shows("B")
  expect(page.errors).toEqual([])
})

test("without an error.py the built-in page says what may be said", async () => {
  const page = await openPage("/a", flight({ root: tree("A", element("$4", { children: element("$5") })) }, ROWS), () => ({ Child }))

  await page.shows(`${BROKEN}Try again`)
})

test("an edit to the server's code makes boundaries try again", async () => {
  const failing = tree("A", boundary({ children: "$L9" }))
  const page = await openPage("/a", flight({ root: failing }, [...ROWS, errorRow(9, "a1b2c3d4", "NameError: x")]))
  await page.shows(`A${inMode({ development: "NameError: x", production: MASKED })}Try again`)

  const refresh = page.refreshAfterEdit()
  ;(await page.request("/a")).answer(flight({ root: tree("A", boundary({ children: "fine" })), page: "/a" }, ROWS))
  await refresh

  await page.shows("Afine")
})
