import { renderToString } from "react-dom/server"
import { expect, test } from "vitest"
import { AppRoot } from "./app-root"
import { ErrorBoundary, ErrorMessage, Form, Link, RetryButton, SegmentBoundary, usePathname, useRouter, useSearchParams } from "./index"

function Where() {
  useRouter()
  return `${usePathname()} ${useSearchParams().get("q")}`
}

function render(body: React.ReactNode): string {
  const root = <main>{body}</main>
  return renderToString(<AppRoot payload={{ root, page: "/posts?q=1", build: "b", renderedAt: 1 }} />)
}

test.each([
  [<Link href="/a" replace scroll={false} prefetch>a</Link>, '<a href="/a">a</a>'],
  [<Form action="/search" replace scroll={false}>b</Form>, '<form action="/search">b</form>'],
  [<SegmentBoundary>c</SegmentBoundary>, "c"],
  [<ErrorBoundary fallback="no">d</ErrorBoundary>, "d"],
  [<Where />, "/posts 1"],
])("%# renders to HTML where there is no window", (body, html) => {
  expect(render(body)).toBe(`<main>${html}</main>`)
})

test("an error that the server met is readable without JavaScript", () => {
  const fallback = [<ErrorMessage key="m" />, <RetryButton key="r" className="x" />]

  const html = render(<ErrorBoundary fallback={fallback} error={{ digest: "a1b2c3d4", message: "" }} />)

  expect(html).toContain('<p role="alert">Something went wrong.')
  expect(html).toContain("a1b2c3d4")
  const form = '<form style="display:contents"><input type="hidden" name="q" value="1"/><button class="x">Try again</button></form>'
  expect(html).toContain(form)
})
