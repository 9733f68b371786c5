// Written by jetbridge from the annotations in app/containers/actions.py. Do not edit.

export declare const lists: (a: number[], b: string[], c: boolean[], d: Iterable<number>) => Promise<string[]>
export declare const tuples: (a: [number, string], b: number[], c: []) => Promise<[number, ...string[]]>
export declare const numbers: () => Promise<number[]>
export declare const sets: (a: Set<number>, b: Set<string>, c: Set<number>) => Promise<Set<[number, string]>>
export declare const objects: (a: Record<string, number>, b: Record<string, number[]>, c: Record<string, null>) => Promise<Record<string, number>>
export declare const maps: (a: Map<number, string>, b: Map<[number, number], boolean>) => Promise<Map<number, Record<string, number>>>
export declare const binary: (a: Uint8Array, b?: ArrayBuffer | ArrayBufferView | null) => Promise<ArrayBufferView>
export declare const raw: (a: Map<unknown, unknown>, b: Set<unknown>, c: FormData) => Promise<Uint8Array>
export declare const upload: (file: File | Blob, others: (File | Blob)[], byName: Record<string, File | Blob>) => Promise<Blob>
export declare const big: (numbers: bigint[]) => Promise<Map<bigint, bigint>>
//# sourceMappingURL=actions.d.ts.map
