// Written by jetbridge from the annotations in app/unions/actions.py. Do not edit.

export interface CatInput {
  kind?: "cat"
  lives?: number
}

export interface Dog {
  kind: "dog"
  color: Color
}

export type Color = "red" | "blue"

export interface Cat {
  kind: "cat"
  lives: number
}

export interface OwnerInput {
  pet: (CatInput & { kind: "cat" }) | Dog
  others?: ((CatInput & { kind: "cat" }) | Dog)[]
}

export interface Owner {
  pet: Cat | Dog
  others: (Cat | Dog)[]
}

export type Size = 1 | 2

export type Key = "name" | "age"

export interface Done {
  value: number
  ok: true
}

export interface Failed {
  reason: string
  ok: false
}

export interface FishInput {
  kind: "fish"
  size?: Size | null
}

export interface Fish {
  kind: "fish"
  size: Size | null
}

export declare const adopt: (pet: FormData | (CatInput & { kind: "cat" }) | Dog) => Promise<Cat | Dog>
export declare const register: (owner: FormData | OwnerInput) => Promise<Owner>
export declare const paint: (color: Color, size?: Size) => Promise<Map<Color, Size>>
export declare const label: (texts: Partial<Record<Key, string>>) => Promise<Partial<Record<"a" | "b", string>>>
export declare const attempt: (what: number | string | null) => Promise<Done | Failed>
export declare const feed: (animal: FormData | CatInput | FishInput) => Promise<Cat | Fish | null>
//# sourceMappingURL=actions.d.ts.map
