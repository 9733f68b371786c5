import { decodeFlight, flightHeaders, isFlight } from "./call-server"
import type { Changes, Payload, Redirect } from "./payload"
import { BUILD_HEADER } from "./wire"

/** One entry of the browser's history, and what it shows. */
export interface View {
  readonly payload: Payload
  readonly url: URL
  /** Path and query of `url`. */
  readonly page: string
  /** Of the history entry. */
  readonly key: string
  /** What showing it does to the history. */
  readonly history: "push" | "replace" | null
  /** Where it is scrolled to; null leaves that as it is. */
  readonly position: Position | "top" | null
  /** Error boundaries try again when it changes. */
  readonly attempt: number
}

export type Position = readonly [left: number, top: number]

/** Where a request for a page ended; without a payload the browser must load that URL itself. */
export interface Answer {
  readonly url: URL
  readonly payload: Payload | null
}

interface Prefetched {
  readonly answer: Promise<Answer>
  readonly at: number
  /** When it has arrived. */
  payload?: Payload | null
}

const MAX_KEPT = 20
const MAX_REDIRECTS = 20
const PREFETCHED_FOR_MS = 30_000

const kept = new Map<string, View>()
const prefetched = new Map<string, Prefetched>()
const sources = new WeakMap<Payload, string[]>()

export function pageOf(url: URL): string {
  return url.pathname + url.search
}

/** Resolves against the current URL. Throws for a URL that would run code instead of leading somewhere. */
export function resolveUrl(href: string, base: string = location.href): URL {
  const url = new URL(href, base)
  if (!/^https?:$/.test(url.protocol)) throw new Error(`Cannot go to a URL that starts with ${url.protocol}`)
  return url
}

/** Where a redirect leads. Throws unless that is a page of ours, or was named as another host's on purpose. */
export function resolveRedirect(redirect: Redirect, base?: string): URL {
  const url = resolveUrl(redirect.url, base)
  if (!redirect.external && url.origin !== location.origin) throw new Error(`Refused a redirect to ${url.origin}`)
  return url
}

/** The browser's build and the server's differ: its rows may name files that this page must not mix with its own. */
export function isOtherBuild(payload: Payload): boolean {
  return payload.build !== ownBuild
}

let ownBuild: string

export function setOwnBuild(build: string): void {
  ownBuild = build
}

/** Fetches the tree of a page. Rejects only when there is no answer at all, or the signal aborts. */
export async function fetchPage(start: URL, signal: AbortSignal | null = null): Promise<Answer> {
  let url = start
  for (let hops = 0; hops < MAX_REDIRECTS; hops++) {
    const response = await fetch(url.href, { headers: flightHeaders(), signal })
    const build = response.headers.get(BUILD_HEADER)
    if (!isFlight(response) || (build && build !== ownBuild)) {
      void response.body?.cancel()
      return { url, payload: null }
    }
    if (response.redirected) url = new URL(url.hash, response.url)
    const payload = await decodeFlight(response)
    if (!payload.redirect) return { url, payload }
    url = resolveRedirect(payload.redirect, url.href)
    if (payload.redirect.external) return { url, payload: null }
    if (payload.root !== undefined) return { url, payload }
  }
  return { url: start, payload: null }
}

/** Keeps a page for back and forward; the ones not seen for longest are dropped. */
export function keepPage(view: View): void {
  kept.delete(view.key)
  kept.set(view.key, view)
  dropOldest(kept)
  noteSources(view.payload)
}

/** A page that never becomes complete has unknown sources. */
function noteSources(payload: Payload): void {
  payload.sources?.then((names) => sources.set(payload, names), () => undefined)
}

export function keptPage(key: string | undefined): View | undefined {
  return key === undefined ? undefined : kept.get(key)
}

/** Whether the page may show something of what has changed. */
export function isConcerned(payload: Payload | null | undefined, changes: Changes): boolean {
  const names = payload && sources.get(payload)
  return changes === true || !names || names.some((name) => changes.includes(name))
}

/** Drops the pages that may be out of date, and `caller`: what was done there is most likely about what it shows. */
export function forgetPages(changes: Changes, caller: string): void {
  for (const [key, { payload, page }] of kept) if (page === caller || isConcerned(payload, changes)) kept.delete(key)
  for (const [page, { payload }] of prefetched) if (isConcerned(payload, changes)) prefetched.delete(page)
}

export function prefetchPage(url: URL): void {
  const page = pageOf(url)
  if (isFresh(page)) return
  const early: Prefetched = { answer: fetchPage(url), at: Date.now() }
  prefetched.delete(page)
  prefetched.set(page, early)
  dropOldest(prefetched)
  early.answer.then(
    ({ payload }) => {
      early.payload = payload
      if (payload) noteSources(payload)
    },
    () => prefetched.delete(page),
  )
}

/** The page, prefetched or fetched now. */
export function takePage(url: URL, signal: AbortSignal): Promise<Answer> {
  const page = pageOf(url)
  const early = isFresh(page) ? prefetched.get(page) : undefined
  prefetched.delete(page)
  return early ? early.answer : fetchPage(url, signal)
}

function isFresh(page: string): boolean {
  const early = prefetched.get(page)
  return early !== undefined && Date.now() - early.at < PREFETCHED_FOR_MS
}

function dropOldest(pages: Map<string, unknown>): void {
  for (const key of pages.keys()) {
    if (pages.size <= MAX_KEPT) return
    pages.delete(key)
  }
}
