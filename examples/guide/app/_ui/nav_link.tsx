"use client"

import { type Href, Link, usePathname } from "jetbridge"
import type { ReactNode } from "react"

/** A link of the main navigation, marked when it leads to where one already is. */
export function NavLink({ href, children }: { href: Href; children: ReactNode }) {
  const pathname = usePathname()
  return (
    <Link href={href} aria-current={pathname === href ? "page" : undefined}>
      {children}
    </Link>
  )
}
