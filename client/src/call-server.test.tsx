// @vitest-environment happy-dom

import { startTransition, useActionState, useLayoutEffect, type ReactNode } from "react"
import { expect, test, vi } from "vitest"
import { element, errorRow, flight, inMode, openPage, type Page, type ServerRequest, tree } from "./test-page"

const ACTION = "/_jetbridge/action/"
const STATEFUL = '1:I["test",[],"Stateful"]'

/** An answer with a value, in row 9. */
function answer(members: Record<string, unknown>, value: unknown = null, rows: string[] = []): Response {
  return flight({ returnValue: "$@9", ...members }, [...rows, `9:${JSON.stringify(value)}`])
}

/** Calls `id` and takes its request. */
async function call(page: Page, id: string, ...args: unknown[]): Promise<[Promise<unknown>, ServerRequest]> {
  const promise = page.callServer(id, args)
  promise.catch(() => undefined)
  return [promise, await page.request(ACTION + id)]
}

test("a call posts the arguments and the page it comes from, and gives the value", async () => {
  const page = await openPage("/a?x=1#top", flight({ root: tree("A") }))

  const [promise, request] = await call(page, "save", 1, "two")
  expect(request.method).toBe("POST")
  expect(request.headers.get("jetbridge-page")).toBe("/a?x=1")
  expect(request.headers.get("accept")).toBe("text/x-component")
  expect(request.body).toBe('[1,"two"]')
  request.answer(answer({}, { ok: true }))

  expect(await promise).toEqual({ ok: true })
})

test("the fresh page and the returned state are committed together, from one answer", async () => {
  const seen = new Set<string>()
  const page = await openPage("/a", flight({ root: tree("A", element("$1", { saved: 0 }, "form")) }, [STATEFUL]), ({ callServer }) => ({
    Stateful({ saved }: { saved: number }) {
      const action = (state: unknown) => callServer("save", [state]) as Promise<number>
      const [state, run, isPending] = useActionState<number>(action, 0)
      // What is on the screen: a render that React gives up is none of anyone's business.
      useLayoutEffect(() => void seen.add(`${saved} ${state}`))
      return <button onClick={() => startTransition(run)}>{isPending ? "Saving..." : `${saved} ${state}`}</button>
    },
  }))
  await page.shows("A0 0")

  page.click("button")
  await page.shows("ASaving...")
  const root = tree("A", element("$1", { saved: 1 }, "form"))
  ;(await page.request(ACTION)).answer(answer({ root, page: "/a", renderedAt: 2 }, 1, [STATEFUL]))
  await page.shows("A1 1")

  expect([...seen]).toEqual(["0 0", "1 1"])
  expect(page.requests).toEqual([])
})

test("a render that React has begun when the answer comes does not show the result without its page", async () => {
  const seen = new Set<string>()
  const rows = ['1:I["test",[],"Stateful"]', '2:I["test",[],"Long"]']
  const body = (saved: number) => element("$2", { children: element("$1", { saved }) }, "long")
  const page = await openPage("/a", flight({ root: tree("A", body(0)) }, rows), ({ callServer }) => ({
    // React pauses on its way through these to the form.
    Long({ children }: { children: ReactNode }) {
      return [...Array.from({ length: 15_000 }, (_, index) => <Nothing key={index} />), children]
    },
    Stateful({ saved }: { saved: number }) {
      const [state, run, isPending] = useActionState<number>((previous) => callServer("save", [previous]) as Promise<number>, 0)
      useLayoutEffect(() => void seen.add(`${saved} ${state}`))
      return <button onClick={() => startTransition(run)}>{isPending ? "Saving..." : `${saved} ${state}`}</button>
    },
  }))
  await page.shows("A0 0")

  page.click("button")
  const request = await page.request(ACTION)
  request.answer(answer({ root: tree("A", body(1)), page: "/a", renderedAt: 2 }, 1, rows))
  await page.shows("A1 1")

  expect([...seen]).toEqual(["0 0", "1 1"])
}, 20_000)

function Nothing(): null {
  return null
}

test("the page of a call outside of any transition waits for the result", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const later = new TransformStream<Uint8Array, Uint8Array>()
  const writer = later.writable.getWriter()
  const write = (text: string) => writer.write(new TextEncoder().encode(text))
  const whole = await answer({ root: tree("A2"), page: "/a", renderedAt: 2 }, "saved").text()
  const root = whole.split("\n").find((row) => row.startsWith("0:"))

  const [promise, request] = await call(page, "save")
  request.answer(new Response(later.readable, { headers: { "content-type": "text/x-component" } }))
  await write(`${root}\n`)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(document.body.textContent).toBe("A")
  await write('9:"saved"\n')
  await writer.close()

  expect(await promise).toBe("saved")
  await page.shows("A2")
})

test("calls run side by side, and of their pages the newest stays", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const [first, firstRequest] = await call(page, "first")
  const [second, secondRequest] = await call(page, "second")
  secondRequest.answer(answer({ root: tree("second"), page: "/a", renderedAt: 20 }, 2))
  expect(await second).toBe(2)
  await page.shows("second")
  firstRequest.answer(answer({ root: tree("first"), page: "/a", renderedAt: 10 }, 1))

  expect(await first).toBe(1)
  await page.shows("second")
})

test("a redirect brings its page, and ends the call with a signal that nobody reports", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const entries = history.length

  const [promise, request] = await call(page, "publish")
  const redirect = { url: "/posts/7?new=1#body", kind: "push", external: false }
  request.answer(flight({ root: tree("Post"), page: "/posts/7?new=1", redirect }))

  await expect(promise).rejects.toThrow("The action redirected.")
  await page.shows("Post")
  expect(location.href).toBe("http://site.test/posts/7?new=1#body")
  expect(history.length).toBe(entries + 1)
  expect(page.requests).toEqual([])
  expect(page.errors).toEqual([])
})

test("a redirect to another site is the browser's", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const assign = vi.spyOn(location, "assign").mockImplementation(() => undefined)

  const [promise, request] = await call(page, "pay")
  request.answer(flight({ redirect: { url: "https://pay.test/", kind: "push", external: true } }))

  await expect(promise).rejects.toThrow("The action redirected.")
  expect(assign).toHaveBeenCalledExactlyOnceWith("https://pay.test/")
})

test.each([
  ["javascript:alert(1)", true],
  ["javascript:alert(1)", false],
  ["https://elsewhere.test/", false],
  ["//elsewhere.test/", false],
])("a redirect to %s (external: %s) is refused", async (url, external) => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const [promise, request] = await call(page, "publish")
  request.answer(flight({ root: tree("B"), redirect: { url, kind: "push", external } }))

  await expect(promise).rejects.toThrow(/Cannot go|Refused a redirect/)
  await page.shows("A")
})

test("whoever went on is not called back; what was revalidated is fetched once", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const [first, firstRequest] = await call(page, "first")
  const [second, secondRequest] = await call(page, "second")
  const [third, thirdRequest] = await call(page, "third")
  const visit = page.router.push("/b")
  ;(await page.request("/b")).answer(flight({ root: tree("B"), page: "/b" }))
  await visit
  await page.shows("B")

  firstRequest.answer(answer({ root: tree("A2"), page: "/a", renderedAt: 5, revalidated: true }, 1))
  secondRequest.answer(answer({ root: tree("A3"), page: "/a", renderedAt: 6, revalidated: true }, 2))
  const redirect = { url: "/c", kind: "push", external: false }
  thirdRequest.answer(flight({ root: tree("C"), page: "/c", renderedAt: 7, redirect }))
  expect(await Promise.all([first, second])).toEqual([1, 2])
  await expect(third).rejects.toThrow("The action redirected.")

  ;(await page.request("/b")).answer(flight({ root: tree("B2"), page: "/b", renderedAt: 8 }))
  await page.shows("B2")
  expect(location.pathname).toBe("/b")
  expect(page.requests).toEqual([])
})

test("a page rendered before the revalidation is fetched again", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const [promise, request] = await call(page, "save")
  const visit = page.router.push("/b")
  const early = await page.request("/b")
  request.answer(answer({ root: tree("A2"), page: "/a", renderedAt: 5, revalidated: true }))
  await promise
  early.answer(flight({ root: tree("B"), page: "/b", renderedAt: 4 }))
  await visit

  ;(await page.request("/b")).answer(flight({ root: tree("B2"), page: "/b", renderedAt: 6 }))
  await page.shows("B2")
})

test("a slow action does not hold up going to another page", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  startTransition(async () => void (await page.callServer("slow", [])))
  const slow = await page.request(ACTION)

  const visit = page.router.push("/b")
  ;(await page.request("/b")).answer(flight({ root: tree("B"), page: "/b" }))
  await visit
  await page.shows("B")

  slow.answer(answer({ root: tree("A2"), page: "/a", renderedAt: 5 }))
  await new Promise((resolve) => setTimeout(resolve, 50))
  await page.shows("B")
})

test("an ActionError arrives typed", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const [promise, request] = await call(page, "save")
  const said = { kind: "action", message: "The title is taken.", code: "taken", field: "title", status: 409 }
  request.answer(flight({ returnValue: "$@9" }, [errorRow(9, said)]))

  const error = await promise.catch((reason: unknown) => reason)
  expect(page.isActionError(error)).toBe(true)
  expect(error).toMatchObject({ message: said.message, code: "taken", field: "title", status: 409 })
})

test("an unexpected error arrives with the reference to the server's log", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const [promise, request] = await call(page, "save")
  request.answer(flight({ returnValue: "$@9" }, [errorRow(9, "a1b2c3d4")]))

  const error = await promise.catch((reason: unknown) => reason)
  expect(page.isActionError(error)).toBe(false)
  expect(error).toMatchObject({ digest: "a1b2c3d4" })
})

test.each([
  ["a refusal", json(422, { error: "Invalid arguments.", fields: { title: ["too long"] } }), "Invalid arguments.", 422, { title: ["too long"] }],
  ["a proxy's page", new Response("<h1>Bad gateway</h1>", { status: 502 }), "The server answered 502 instead", 502, undefined],
  ["another API's JSON", json(200, { hello: 1 }), "The server answered 200 instead", 200, undefined],
])("%s rejects the call with its status", async (_, response, message, status, fields) => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const [promise, request] = await call(page, "save")
  request.answer(response)

  await expect(promise).rejects.toThrow(message)
  expect(await promise.catch((error: unknown) => error)).toMatchObject({ status, fields })
})

test("a refusal says why, and when to come again", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const [promise, request] = await call(page, "save")
  request.answer(json(429, { error: "Too many requests.", code: "too_many_requests", retryAfter: 30 }))

  const error = await promise.catch((reason: unknown) => reason)
  expect(error).toMatchObject({ status: 429, code: "too_many_requests", retryAfter: 30 })
})

test("without an answer, or with half of one, the call rejects", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  const [lost, lostRequest] = await call(page, "save")
  lostRequest.fail(new TypeError("Failed to fetch"))
  await expect(lost).rejects.toThrow("Failed to fetch")
  const [cut, cutRequest] = await call(page, "save")
  cutRequest.answer(flight({ returnValue: "$@9" }))
  await expect(cut).rejects.toThrow(inMode({ development: "Connection closed.", production: "error #412" }))
  const [empty, emptyRequest] = await call(page, "save")
  emptyRequest.answer(new Response("", { headers: { "content-type": "text/x-component" } }))
  await expect(empty).rejects.toThrow()
})

test("a question about a field sends the form without files, and gives the messages", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const form = new FormData()
  for (const [name, value] of [["name", "ab"], ["$ACTION_REF_1", ""]] as const) form.append(name, value)
  form.append("photo", new File(["x"], "a.txt"))
  const action = (...args: unknown[]) => page.callServer("save", ["bound", ...args])

  const promise = page.checkField(action, form, "items.0.é")
  const request = await page.request(ACTION + "save")
  expect(request.headers.get("jetbridge-check")).toBe("items.0.%C3%A9")
  expect([...(request.body as FormData).entries()]).toEqual([["_1_name", "ab"], ["0", '["bound",null,"$K1"]']])
  request.answer(json(200, { messages: ["too short"] }))

  expect(await promise).toEqual(["too short"])
})

test("a question can be withdrawn, and rejects with the status of its refusal", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const action = (...args: unknown[]) => page.callServer("save", args)
  const controller = new AbortController()

  const withdrawn = page.checkField(action, new FormData(), "name", controller.signal)
  await page.request(ACTION + "save")
  controller.abort()
  await expect(withdrawn).rejects.toThrow("aborted")
  const refused = page.checkField(action, new FormData(), "name")
  ;(await page.request(ACTION + "save")).answer(json(429, { error: "Too many requests." }))
  expect(await refused.catch((error: unknown) => error)).toMatchObject({ name: "CallError", status: 429 })
})

test("an argument that fails rejects the call before anything is sent", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))

  await expect(page.callServer("save", [Promise.reject(new Error("not loaded"))])).rejects.toThrow("not loaded")
  expect(page.requests).toEqual([])
})

test("the page of another build is not mixed in: the browser loads it, the value arrives", async () => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const reload = vi.spyOn(location, "reload").mockImplementation(() => undefined)

  const [promise, request] = await call(page, "save")
  request.answer(answer({ root: tree("A2"), page: "/a", build: "build2", renderedAt: 9 }, 1))

  expect(await promise).toBe(1)
  expect(reload).toHaveBeenCalledOnce()
  await page.shows("A")
})

test.each(permutations([0, 1, 2, 3]))("answers in the order %i %i %i %i: every call settles, the newest page stays", async (...order) => {
  const page = await openPage("/a", flight({ root: tree("A") }))
  const calls: [Promise<unknown>, ServerRequest][] = []
  for (const index of [0, 1, 2, 3]) calls.push(await call(page, `call${index}`))
  const answers = [
    answer({ root: tree("first"), page: "/a", renderedAt: 10 }, 0),
    answer({ root: tree("newest"), page: "/a", renderedAt: 30, revalidated: true }, 1),
    flight({ root: tree("failed"), page: "/a", renderedAt: 20, returnValue: "$@9" }, [errorRow(9, "a1b2c3d4")]),
    json(403, { error: "Forbidden." }),
  ]

  for (const index of order) {
    calls[index]?.[1].answer(answers[index] as Response)
    await Promise.allSettled([calls[index]?.[0]])
  }

  const settled = await Promise.allSettled(calls.map(([promise]) => promise))
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"])
  await page.shows("newest")
  expect(page.requests).toEqual([])
})

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } })
}

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items]
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]))
}
