// Written by jetbridge from the annotations in app/recursive/actions.py. Do not edit.

export interface CommentInput {
  text: string
  replies?: CommentInput[]
}

export interface Comment {
  text: string
  replies: Comment[]
}

export interface TreeInput {
  name: string
  children?: TreeInput[]
}

export interface Tree {
  name: string
  children: Tree[]
}

export interface Folder {
  files: Record<string, Folder>
}

export type Link = [value: number, next: Link | null]

export interface BookInput {
  author?: AuthorInput | null
  sequel?: BookInput | null
}

export interface AuthorInput {
  books: BookInput[]
}

export interface Author {
  books: Book[]
}

export interface Book {
  author: Author | null
  sequel: Book | null
}

export type Json = { [key: string]: Json } | Json[] | string | number | boolean | null

export type Outline = (Outline | string)[]

export declare const reply: (comment: FormData | CommentInput) => Promise<Comment>
export declare const grow: (tree: FormData | TreeInput) => Promise<Tree>
export declare const listFiles: (folder: FormData | Folder) => Promise<Folder>
export declare const follow: (link: Link) => Promise<Link>
export declare const publish: (book: FormData | BookInput) => Promise<Author>
export declare const store: (data: Json) => Promise<Json>
export declare const outline: (items: Outline) => Promise<Outline>
//# sourceMappingURL=actions.d.ts.map
