// Written by jetbridge from the annotations in app/parameters/actions.py. Do not edit.

export declare const publishPost: (postId: number, at: Date, silent?: boolean) => Promise<void>
export declare const tagPost: (postId: number, ...tags: string[]) => Promise<string[]>
export declare const rate: (stars: 1 | 2 | 3, note?: string | null) => Promise<"thanks">
export declare const plan: (day: string, at: string, price: string, key: string, wait: number) => Promise<[string, string]>
export declare const count: (number: bigint, anything: unknown, something: unknown) => Promise<bigint>
declare const delete_: (new_: boolean, function_?: number) => Promise<void>
export { delete_ as delete }
/**
 * Signs a text in the name of the user.
 *
 * The server knows who that is; *\/ ends no comment here.
 */
export declare const sign: (text: string) => Promise<string>
export declare const askLater: () => Promise<Record<string, unknown>>
//# sourceMappingURL=actions.d.ts.map
