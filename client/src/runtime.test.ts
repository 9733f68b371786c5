import { expect, test, vi } from "vitest"

test("a page that starts a second React is told so in development; production has no bytes for it", async () => {
  await import("./runtime")
  vi.resetModules()
  const second = import("./runtime").then(() => "started", String)

  const message = /^Error: A page can have one React, and this one starts a second: .*19\.\d+\.\d+/
  expect(await second).toMatch(process.env.NODE_ENV === "production" ? "started" : message)
})
