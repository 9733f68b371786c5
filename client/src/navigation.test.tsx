// @vitest-environment happy-dom

import { useState } from "react"
import { expect, test, vi } from "vitest"
import { BUILD, element, flight, goBack, openPage, tree } from "./test-page"

const LINK = '1:I["jetbridge",[],"Link"]'
const FORM = '1:I["jetbridge",[],"Form"]'
const COUNTER = '1:I["test",[],"Counter"]'

function Counter() {
  const [count, setCount] = useState(0)
  return <button onClick={() => setCount(count + 1)}>{count}</button>
}

test("a page is fetched as Flight and takes the place of the one shown", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const visit = page.router.push("/b?x=1")
  const request = await page.request("/b?x=1")
  expect(request.headers.get("accept")).toBe("text/x-component")
  expect(request.headers.get("jetbridge-build")).toBe(BUILD)
  request.answer(flight({ root: tree("B"), page: "/b?x=1" }))
  await visit
  await page.shows("B")
  expect(location.href).toBe("http://site.test/b?x=1")
  expect(page.errors).toEqual([])
})

test("the newer of two navigations wins, and the older one is aborted", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const slow = page.router.push("/slow")
  const aborted = await page.request("/slow")
  const fast = page.router.push("/fast")
  ;(await page.request("/fast")).answer(flight({ root: tree("Fast"), page: "/fast" }))
  aborted.answer(flight({ root: tree("Slow"), page: "/slow" }))
  await Promise.all([slow, fast])

  await page.shows("Fast")
  expect(location.pathname).toBe("/fast")
})

test.each([
  ["a document", new Response("<p>", { headers: { "content-type": "text/html" } })],
  ["another build", flight({ root: tree("B") }, [], "build2")],
  ["no answer", null],
])("%s instead of the page: the browser loads it", async (_, response) => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const assign = vi.spyOn(location, "assign").mockImplementation(() => undefined)

  const visit = page.router.push("/b")
  const request = await page.request("/b")
  if (response) request.answer(response)
  else request.fail(new TypeError("Failed to fetch"))
  await visit

  expect(assign).toHaveBeenCalledExactlyOnceWith("http://site.test/b")
  await page.shows("A")
})

test("a page that redirects shows its target, under the target's URL", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const visit = page.router.push("/old")
  const redirect = { url: "/new", kind: "replace", external: false }
  ;(await page.request("/old")).answer(flight({ root: tree("New"), page: "/new", redirect }))
  await visit

  await page.shows("New")
  expect(location.pathname).toBe("/new")
  expect(page.requests).toEqual([])
})

test("a redirect without its target is followed, and out of the site by the browser", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const assign = vi.spyOn(location, "assign").mockImplementation(() => undefined)

  const visit = page.router.push("/old")
  ;(await page.request("/old")).answer(flight({ redirect: { url: "/gone", kind: "replace", external: false } }))
  const external = { url: "https://elsewhere.test/", kind: "push", external: true }
  ;(await page.request("/gone")).answer(flight({ redirect: external }))
  await visit

  expect(assign).toHaveBeenCalledExactlyOnceWith("https://elsewhere.test/")
})

test.each(["javascript:alert(1)", "data:text/html,x", "blob:x"])("%s leads nowhere", async (href) => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  await expect(page.router.push(href)).rejects.toThrow("Cannot go to a URL that starts with")
  expect(page.requests).toEqual([])
})

test("back shows the page that was kept, at once and where it was scrolled to", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const scrolls: unknown[] = []
  vi.stubGlobal("scrollTo", (options: ScrollToOptions) => scrolls.push([options.left, options.top]))
  const key = history.state
  vi.stubGlobal("scrollX", 0)
  vi.stubGlobal("scrollY", 300)
  dispatchEvent(new Event("scroll"))
  const visit = page.router.push("/b")
  ;(await page.request("/b")).answer(flight({ root: tree("B"), page: "/b" }))
  await visit
  await page.shows("B")

  goBack("/a", key)
  await page.shows("A")
  expect(scrolls).toEqual([[0, 0], [0, 300]])
  expect(page.requests).toEqual([])
})

test("back fetches the page when something was revalidated since", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const key = history.state
  const visit = page.router.push("/b")
  ;(await page.request("/b")).answer(flight({ root: tree("B"), page: "/b" }))
  await visit
  await page.shows("B")
  const call = page.callServer("save", [])
  const answer = { root: tree("B2"), page: "/b", renderedAt: 2, revalidated: true, returnValue: "$@1" }
  ;(await page.request("/_jetbridge")).answer(flight(answer, ["1:null"]))
  await call
  await page.shows("B2")

  goBack("/a", key)
  ;(await page.request("/a")).answer(flight({ root: tree("A2"), page: "/a", renderedAt: 3 }))
  await page.shows("A2")
})

test("a page that the server has kept from before a change is right, and not asked for twice", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const call = page.callServer("save", [])
  const answer = { root: tree("A2"), page: "/a", renderedAt: 20, revalidated: true, returnValue: "$@1" }
  ;(await page.request("/_jetbridge")).answer(flight(answer, ["1:null"]))
  await call
  await page.shows("A2")

  const visit = page.router.push("/b")
  ;(await page.request("/b")).answer(flight({ root: tree("B"), page: "/b", renderedAt: 10 }))
  await visit
  await page.shows("B")

  expect(page.requests).toEqual([])
})

test.each([
  ["a plain click", {}, {}, true],
  ["a click with the control key", { ctrlKey: true }, {}, false],
  ["the middle button", { button: 1 }, {}, false],
  ["a new window", {}, { target: "_blank" }, false],
  ["a download", {}, { download: "" }, false],
  ["another site", {}, { href: "https://elsewhere.test/" }, false],
])("%s on a Link", async (_, click, props, isOurs) => {
  const link = element("$1", { href: "/b", children: "go", key: "link", ...props }, "link")
  const page = await openPage("/a", flight({ root: tree("A", link) }, [LINK]))
  await page.shows("Ago")
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, ...click })
  let isPrevented = false
  window.addEventListener("click", (seen) => {
    isPrevented = seen.defaultPrevented
    seen.preventDefault()
  }, { once: true })

  document.querySelector("a")?.dispatchEvent(event)

  expect(isPrevented).toBe(isOurs)
  expect(page.requests.map(({ path }) => path)).toEqual(isOurs ? ["/b"] : [])
})

test("a prefetched page needs no further request", async () => {
  const link = element("$1", { href: "/b", prefetch: true, children: "go" }, "link")
  const page = await openPage("/a", flight({ root: tree("A", link) }, [LINK]))
  await page.shows("Ago")

  document.querySelector("a")?.focus()
  ;(await page.request("/b")).answer(flight({ root: tree("B"), page: "/b" }))
  page.click("a")

  await page.shows("B")
  expect(page.requests).toEqual([])
})

test("a Form with a path goes there with its fields as the query", async () => {
  const fields = [element("input", { name: "q", defaultValue: "a b" }, "q"), element("button", { name: "go", value: "1" }, "go")]
  const form = element("$1", { action: "/search?old=1", children: fields }, "form")
  const page = await openPage("/a", flight({ root: tree("A", form) }, [FORM]))
  await page.shows("A")

  page.click("button")
  ;(await page.request("/search")).answer(flight({ root: tree("Found"), page: "/search?q=a+b&go=1" }))

  await page.shows("Found")
  expect(location.pathname + location.search).toBe("/search?q=a+b&go=1")
})

test("a refresh brings new data and keeps client state; an older render is dropped", async () => {
  const counter = element("$1", {}, "counter")
  const page = await openPage("/a", flight({ root: tree("A", counter) }, [COUNTER]), () => ({ Counter }))
  await page.shows("A0")
  page.click("button")
  await page.shows("A1")

  const refresh = page.router.refresh()
  ;(await page.request("/a")).answer(flight({ root: tree("A2", counter), page: "/a", renderedAt: 20 }, [COUNTER]))
  await refresh
  await page.shows("A21")
  const late = page.router.refresh()
  ;(await page.request("/a")).answer(flight({ root: tree("old", counter), page: "/a", renderedAt: 10 }, [COUNTER]))
  await late

  await page.shows("A21")
})

test("a refresh without an answer leaves the page as it is", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const refresh = page.router.refresh()
  ;(await page.request("/a")).fail(new TypeError("Failed to fetch"))

  await expect(refresh).rejects.toThrow("Failed to fetch")
  await page.shows("A")
})

test("hooks tell the path and the query of the page that is shown", async () => {
  const where = element("$1", {}, "where")
  const rows = ['1:I["test",[],"Where"]']
  const page = await openPage("/a?x=1", flight({ root: tree("A", where) }, rows), (jetbridge) => ({
    Where: () => `${jetbridge.usePathname()} ${jetbridge.useSearchParams().get("x")}`,
  }))
  await page.shows("A/a 1")

  const visit = page.router.replace("/b?x=2")
  ;(await page.request("/b")).answer(flight({ root: tree("B", where), page: "/b?x=2" }, rows))
  await visit

  await page.shows("B/b 2")
})

test("the new page is announced, and the focus starts at its top", async () => {
  const page = await openPage("/a", flight({ root: tree("A", element("input", {}, "field")) }))
  document.querySelector("input")?.focus()

  const visit = page.router.push("/b")
  ;(await page.request("/b")).answer(flight({ root: tree("B", element("input", {}, "field")), page: "/b" }))
  await visit

  await page.shows("B")
  expect(document.querySelector("[aria-live=polite]")?.textContent).toBe("B")
  expect(document.activeElement).toBe(document.body)
})
