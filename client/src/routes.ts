/** What a project's own declarations of its routes take the place of: `jetbridge types` writes them. */

export interface Routes {
  [pattern: string]: Record<string, string | string[]>
}

/** Where a link may lead. */
export type Href = string

/** What a route takes from its URL: `RouteParams<"/posts/[id]">`. */
export type RouteParams<R extends keyof Routes = keyof Routes> = Routes[R]
