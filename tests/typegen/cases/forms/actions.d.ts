// Written by jetbridge from the annotations in app/forms/actions.py. Do not edit.

export interface FormState {
  error: string | null
  fields?: Record<string, string[]>
  values?: Record<string, string | string[]>
}

export interface PostInput {
  title: string
  body?: string
  picture?: File | Blob | null
}

export interface Saved {
  error: string | null
  fields?: Record<string, string[]>
  id?: number
}

export declare const createPost: (prevState: FormState, post: FormData | PostInput) => Promise<FormState>
export declare const updatePost: (postId: number, prevState: Saved | null, post: FormData | PostInput) => Promise<Saved>
export declare const jotDown: (form: FormData) => Promise<void>
export declare const search: (prevState: string[], form: FormData) => Promise<string[]>
//# sourceMappingURL=actions.d.ts.map
