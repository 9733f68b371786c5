/**
 * Which page is shown, and what may replace it.
 *
 * `latest` is the view that React was given last, `shown` the one it has committed. All changes go through `present`.
 * Each visit (a link, back, a redirect) has a number; whatever belongs to an earlier visit gives way.
 */

import { startTransition } from "react"
import { flushSync } from "react-dom"
import { announcePage, prepareAnnouncer, resetFocus, savedPosition, scrollToPosition, watchScroll } from "./arrival"
import { type Call, connectCaller } from "./call-server"
import {
  fetchPage,
  forgetPages,
  isConcerned,
  isOtherBuild,
  keepPage,
  keptPage,
  pageOf,
  prefetchPage,
  resolveRedirect,
  resolveUrl,
  setOwnBuild,
  takePage,
  type View,
} from "./pages"
import type { Payload, Redirect } from "./payload"
import type { NavigateOptions, Router } from "./router"

const STATE_KEY = "jetbridge"

let latest: View
let shown: View
let show: ((view: View) => void) | undefined
let restart: (() => void) | undefined
let visits = 0
let request: AbortController | undefined
let calls = 0
let changesTold = 0
let revalidatedAt = 0
let isStale = false
let focused: Element | null = null

export const router: Router = {
  push: (href, options) => navigate(href, "push", options),
  replace: (href, options) => navigate(href, "replace", options),
  refresh: () => refresh(),
  back: () => history.back(),
  forward: () => history.forward(),
  prefetch(href) {
    const url = resolveUrl(href)
    if (url.origin === location.origin && pageOf(url) !== latest.page) prefetchPage(url)
  },
}

/** Called once, with the payload of the document. */
export function startNavigation(payload: Payload): View {
  const url = new URL(location.href)
  const key = readKey(history.state) ?? createKey()
  latest = shown = { payload, url, page: pageOf(url), key, history: null, position: null, attempt: 0 }
  setOwnBuild(payload.build)
  connectCaller({ build: payload.build, startCall })
  return latest
}

/** React has taken over the document; views are shown through `setView`. `restartRender` makes React begin anew. */
export function attachRoot(setView: (view: View) => void, restartRender: () => void): void {
  show = setView
  restart = restartRender
  history.replaceState({ ...history.state, [STATE_KEY]: shown.key }, "")
  keepPage(shown)
  watchScroll(() => shown.key)
  addEventListener("popstate", (event) => void traverse(event.state))
  if (latest !== shown) setView(latest)
}

/** The first half of showing a view: before any effect of the new page can look at the URL. */
export function commitUrl(view: View): void {
  if (view !== shown && view.history) writeHistory(view.history, view)
}

/** The second half: the document has changed. */
export function commitView(view: View): void {
  if (view === shown) return
  const isOtherPage = view.page !== shown.page
  shown = view
  keepPage(view)
  if (view.position) scrollToPosition(view.position, view.url.hash)
  if (!isOtherPage) return
  resetFocus(focused, view.url.hash)
  announcePage()
}

function present(view: View, isUrgent: boolean): void {
  latest = view
  focused = document.activeElement
  if (isUrgent) return show?.(view)
  // A render that is under way would end without this view, and show the result of a call before its page.
  if (restart) flushSync(restart)
  startTransition(() => show?.(view))
}

/**
 * Views in a transition wait for every action under way, as React commits them together. Leaving a page does not.
 *
 * `told`: how many changes had been told when the page was asked for. The server knew of those.
 */
function presentVisit(view: View, told: number, otherCalls: number = calls): void {
  present(view, otherCalls > 0)
  // Pages with known sources were there already when the changes were told, and none concerned them.
  if (told < changesTold && view.payload.renderedAt < revalidatedAt) isStale ||= isConcerned(view.payload, [])
}

async function navigate(href: string, kind: "push" | "replace", { scroll = true }: NavigateOptions = {}): Promise<void> {
  const url = resolveUrl(href)
  if (url.origin !== location.origin) return load(url, kind)
  if (url.hash && pageOf(url) === shown.page) return leave(url, kind)
  await visit(url, kind, scroll ? "top" : null)
}

async function visit(start: URL, kind: View["history"], position: View["position"], key?: string): Promise<void> {
  const number = stopVisit()
  const own = (request = new AbortController())
  const told = changesTold
  prepareAnnouncer()
  try {
    const { url, payload } = await takePage(start, own.signal)
    if (number !== visits) return
    if (payload) presentVisit(createView(payload, url, kind, position, key), told)
    else load(url, kind)
  } catch {
    // No answer: the browser says so better than we could, and can be told to try again.
    if (number === visits) load(start, kind)
  } finally {
    if (request === own) request = undefined
    refreshIfStale()
  }
}

function createView(payload: Payload, url: URL, kind: View["history"], position: View["position"], key?: string): View {
  // As browsers do, going where one is already adds no entry.
  const history = kind === "push" && url.href === shown.url.href ? "replace" : kind
  const entry = key ?? (history === "push" ? createKey() : shown.key)
  return { payload, url, page: pageOf(url), key: entry, history, position, attempt: latest.attempt }
}

/** Back, forward, or a link to a place on the same page, which the browser has followed already. */
async function traverse(state: unknown): Promise<void> {
  const url = new URL(location.href)
  const page = pageOf(url)
  const known = readKey(state)
  const key = known ?? createKey()
  const kind = known ? null : "replace"
  const view = page === shown.page ? shown : keptPage(known)
  const position = known || view !== shown ? (savedPosition(known) ?? "top") : null
  if (view?.page !== page) return visit(url, kind, position, key)
  stopVisit()
  present({ ...view, url, key, history: kind, position }, true)
}

/** Everything under way that leads to another page gives way. */
function stopVisit(): number {
  request?.abort()
  request = undefined
  return ++visits
}

/** Fetches the page that is shown afresh. Without an answer it stays as it is. */
async function refresh(attempts = 0): Promise<void> {
  const { page, url: start } = latest
  const told = changesTold
  isStale = false
  const { url, payload } = await fetchPage(start)
  if (latest.page !== page) return
  if (!payload) load(url, "replace")
  else if (pageOf(url) !== page) presentVisit(createView(payload, url, "replace", "top"), told)
  else update(payload, attempts)
}

/** What the call has changed may be on the page that is shown, which did not come with its answer. */
function noteStale({ revalidated }: Payload): void {
  isStale ||= !!revalidated && isConcerned(latest.payload, revalidated)
}

/** Shows what an edit to Python code changed; client state stays where React can keep it. */
export function refreshAfterEdit(): Promise<void> {
  return refresh(1)
}

function refreshIfStale(): void {
  if (isStale && calls === 0 && !request) refresh().catch(reportError)
}

/** A new render of the same page, unless a newer one is there already. */
function update(payload: Payload, attempts = 0): void {
  if (payload.renderedAt < latest.payload.renderedAt) return
  const arrived = latest === shown ? { history: null, position: null } : {}
  present({ ...latest, ...arrived, payload, attempt: latest.attempt + attempts }, false)
}

function startCall(): Call {
  const { page } = shown
  const visitAtStart = visits
  calls++
  return {
    page,
    answer(payload) {
      if (payload.revalidated) {
        forgetPages(payload.revalidated, page)
        changesTold++
        revalidatedAt = Math.max(revalidatedAt, payload.renderedAt)
      }
      if (payload.redirect) followRedirect(payload, payload.redirect, visitAtStart)
      else if (payload.root === undefined) noteStale(payload)
      else if (isOtherBuild(payload)) load(latest.url, "replace")
      else if (page === latest.page) update(payload)
      else noteStale(payload)
    },
    end() {
      calls--
      refreshIfStale()
    },
  }
}

/** The answer to a call leads to another page. Who has gone elsewhere meanwhile stays there. */
function followRedirect(payload: Payload, redirect: Redirect, visitAtStart: number): void {
  const url = resolveRedirect(redirect)
  if (visits !== visitAtStart) {
    noteStale(payload)
  } else if (redirect.external || isOtherBuild(payload)) {
    load(url, redirect.kind)
  } else if (payload.root === undefined) {
    void visit(url, redirect.kind, "top")
  } else {
    stopVisit()
    prepareAnnouncer()
    presentVisit(createView(payload, url, redirect.kind, "top"), 0, calls - 1)
  }
}

/** A new document, by the browser. */
function load(url: URL, kind: View["history"]): void {
  if (url.origin === location.origin && pageOf(url) === location.pathname + location.search) location.reload()
  else leave(url, kind)
}

/** What following a plain link does: another document, or a place on this one. */
function leave(url: URL, kind: View["history"]): void {
  if (kind === "push") location.assign(url.href)
  else location.replace(url.href)
}

function writeHistory(kind: "push" | "replace", view: View): void {
  history[`${kind}State`]({ [STATE_KEY]: view.key }, "", view.url.href)
}

function readKey(state: unknown): string | undefined {
  return (state as Record<string, string> | null)?.[STATE_KEY]
}

function createKey(): string {
  return Math.random().toString(36).slice(2)
}
