export interface Author {
  name: string
  /** Where to write to. */
  email: string | null
}
