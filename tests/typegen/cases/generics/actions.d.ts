// Written by jetbridge from the annotations in app/generics/actions.py. Do not edit.

export interface PageInput<T> {
  rows: T[]
  next?: number | null
}

export interface UserInput {
  name: string
  admin?: boolean
}

export interface Page<T> {
  rows: T[]
  next: number | null
}

export interface User {
  name: string
  admin: boolean
}

export interface Users {
  rows: User[]
  next: number | null
  total: number
}

export interface Pair<K, T> {
  first: K
  second: T
}

export type Span<T> = [start: T, end: T]

export type Maybe<T> = T | null

export interface Numbers {
  first: number
  second: number
  name: string
}

export interface IndexStrInt {
  by_key: Record<string, number>
}

export interface IndexIntUser {
  by_key: Map<number, User>
}

export interface Result<T> {
  value: T
  again: Result<T> | null
}

export declare const pageOf: (page: PageInput<UserInput>, ids: FormData | PageInput<number>) => Promise<Page<User>>
export declare const allUsers: () => Promise<Users>
export declare const pair: (value: Pair<string, UserInput[]>) => Promise<Pair<Span<number>, Maybe<User>>>
export declare const numbers: () => Promise<Numbers>
export declare const lookUp: (byName: FormData | IndexStrInt) => Promise<IndexIntUser>
export declare const result: () => Promise<Result<Maybe<number>>>
export declare const first: <T>(items: T[], other: T) => Promise<T>
export declare const double: <Number extends number>(number: Number) => Promise<Number>
export declare const openPage: (page: FormData | PageInput<unknown>) => Promise<Page<unknown>>
//# sourceMappingURL=actions.d.ts.map
