import { useActionState } from "react"
import { createPost, jotDown, search, updatePost } from "./actions"

export function Right({ id }: { id: number }) {
  const [state, create, isPending] = useActionState(createPost, { error: null })
  const [saved, update] = useActionState(updatePost.bind(null, id), null)
  const [found, find] = useActionState(search, [])
  return (
    <form action={create} aria-busy={isPending}>
      <p>{state.fields?.title?.[0]?.toUpperCase()}</p>
      <p>{saved?.id?.toFixed()}</p>
      <button formAction={update}>{saved?.error}</button>
      <button formAction={find}>{found.join()}</button>
      <button formAction={jotDown}>later</button>
      <button type="button" onClick={() => createPost(state, { title: "a", picture: new File([], "a") })}>
        now
      </button>
    </form>
  )
}

export function Wrong({ id }: { id: string }) {
  const [state, create] = useActionState(createPost, { error: 1 }) // error TS2769
  const [saved] = useActionState(updatePost.bind(null, id), null) // error TS2345
  const [found] = useActionState(search, [1]) // error TS2769
  const later = () => createPost({ error: null }, { body: "a" }) // error TS2345
  return (
    <form action={create}>
      <p onClick={later}>{state.eror}</p> {/* error TS2551 */}
      <button formAction={createPost}>{found.length}</button> {/* error TS2322 */}
      {String(saved)}
    </form>
  )
}
