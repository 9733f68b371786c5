// Written by jetbridge from the annotations in app/models/actions.py. Do not edit.

export interface PostInput {
  postTitle: string
  author: Author
  tags?: Set<string>
  dueAt?: Date | null
  secretNote?: string
  visits?: number
}

export interface Author {
  name: string
  born: string | null
}

export interface Post {
  postTitle: string
  author: Author
  tags: Set<string>
  dueAt: Date | null
  visits: string
  slug: string
}

export interface Price {
  cents: number
  due: number
  [name: string]: unknown
}

export interface StepInput {
  name: string
  done?: boolean
  start?: number
}

export interface Options {
  color?: string
  owner?: Author
}

export interface Step {
  name: string
  done: boolean
  number: number
}

export type PointInput = [x: number, y?: number, label?: string | null]

export type Point = [x: number, y: number, label: string | null]

export interface Saved {
  error: string | null
  readonly saved?: boolean
}

export declare const savePost: (post: FormData | PostInput) => Promise<Post>
export declare const setPrice: (price: FormData | Price) => Promise<Price>
export declare const finish: (step: StepInput, options: FormData | Options) => Promise<Step>
export declare const move: (point: PointInput) => Promise<Point>
export declare const authorOf: (post: FormData | PostInput) => Promise<Author>
export declare const save: (options: FormData | Options) => Promise<Saved>
//# sourceMappingURL=actions.d.ts.map
