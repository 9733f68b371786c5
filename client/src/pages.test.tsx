// @vitest-environment happy-dom

import { expect, test } from "vitest"
import { element, flight, goBack, openPage, type Page, tree } from "./test-page"

/** A page and what it was made from, which it tells in its last row; null leaves that row out. */
function made(title: string, path: string, names: string[] | null, renderedAt = 1): Response {
  const rows = names ? [`f:${JSON.stringify(names)}`] : []
  return flight({ root: tree(title), page: path, renderedAt, sources: "$@f" }, rows)
}

async function visit(page: Page, path: string, title: string, names: string[] | null): Promise<unknown> {
  const left = history.state
  const visit = page.router.push(path)
  ;(await page.request(path)).answer(made(title, path, names))
  await visit
  await page.shows(title)
  return left
}

/** An action that says what it has changed; the page it is called from comes with the answer. */
async function change(page: Page, changes: unknown, path: string, title: string): Promise<void> {
  const call = page.callServer("save", [])
  const answer = { root: tree(title), page: path, renderedAt: 2, revalidated: changes, returnValue: "$@1" }
  ;(await page.request("/_jetbridge")).answer(flight(answer, ["1:null"]))
  await call
  await page.shows(title)
}

test.each([
  ["another page", ["b"], ["a", "both"], true],
  ["this page", ["a"], ["a", "both"], false],
  ["something of both", ["x", "both"], ["a", "both"], false],
  ["anything", true, ["a"], false],
  ["anything, where a page is made of nothing", true, [], false],
  ["what may concern a page that is not complete", ["b"], null, false],
])("back after a change of %s", async (_, changes, names, isKept) => {
  const page = await openPage("/a", made("A", "/a", names))
  const first = await visit(page, "/b", "B", ["b", "both"])

  await change(page, changes, "/b", "B2")
  goBack("/a", first)

  if (!isKept) (await page.request("/a")).answer(made("A2", "/a", names, 3))
  await page.shows(isKept ? "A" : "A2")
  expect(page.requests).toEqual([])
})

test.each([
  ["of itself", ["b"], false],
  ["of another page", ["a"], true],
])("a prefetched page after a change %s", async (_, changes, isKept) => {
  const page = await openPage("/a", made("A", "/a", ["a"]))
  page.router.prefetch("/b")
  ;(await page.request("/b")).answer(made("B", "/b", ["b"]))
  await new Promise((resolve) => setTimeout(resolve, 10))

  await change(page, changes, "/a", "A2")
  const visit = page.router.push("/b")
  if (!isKept) (await page.request("/b")).answer(made("B2", "/b", ["b"], 3))
  await visit

  await page.shows(isKept ? "B" : "B2")
  expect(page.requests).toEqual([])
})

test("a page that was being prefetched during the change is fetched again", async () => {
  const page = await openPage("/a", made("A", "/a", ["a"]))
  page.router.prefetch("/b")
  const early = await page.request("/b")

  await change(page, ["a"], "/a", "A2")
  early.answer(made("B", "/b", ["b"]))
  const visit = page.router.push("/b")
  ;(await page.request("/b")).answer(made("B2", "/b", ["b"], 3))
  await visit

  await page.shows("B2")
})

test.each([
  [["b"], 1],
  [["a"], 0],
])("whoever went on to /b sees it afresh after a change of %s if that concerns it", async (changes, requests) => {
  const page = await openPage("/a", made("A", "/a", ["a"]))
  const call = page.callServer("save", [])
  const pending = await page.request("/_jetbridge")
  await visit(page, "/b", "B", ["b"])
  const answer = { root: tree("A2"), page: "/a", renderedAt: 0, revalidated: changes, returnValue: "$@1" }
  pending.answer(flight(answer, ["1:null"]))
  await call

  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(page.requests.map(({ path }) => path)).toEqual(Array(requests).fill("/b"))
})

test("a page that breaks off tells nothing of its sources, and nobody is bothered by it", async () => {
  const suspended = element("$f", {}, "late")
  const page = await openPage("/a", flight({ root: tree("A"), page: "/a", sources: "$@f", late: suspended }))

  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(page.errors).toEqual([])
})
