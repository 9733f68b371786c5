// Written by jetbridge from the annotations in app/streams/actions.py. Do not edit.
import type { ReactElement, ReactNode } from "react"

export interface Note {
  text: string
  stars: number
}

export interface NoteInput {
  text: string
  stars?: number
}

export declare const ticks: (count: number) => Promise<AsyncIterable<Note>>
export declare const summary: (notes: AsyncIterable<NoteInput>, later: Promise<number>) => Promise<Record<string, Promise<Note>>>
export declare const render: (note: NoteInput, icon?: ReactElement | null) => Promise<ReactNode>
export declare const save: (note: FormData | NoteInput) => Promise<Note>
export declare const twice: (run: (arg0: NoteInput) => Promise<Note>, note: FormData | NoteInput) => Promise<(arg0: NoteInput) => Promise<Note>>
export declare const call: (run: (...args: any[]) => Promise<void>) => Promise<(() => Promise<ReactNode>) | null>
export declare const fail: () => Promise<Error>
//# sourceMappingURL=actions.d.ts.map
