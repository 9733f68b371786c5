import { authorOf, finish, move, type Options, type Post, type PostInput, savePost, setPrice, save } from "./actions"

const author = { name: "Ada", born: null }

export async function right() {
  const post: Post = await savePost({ postTitle: "a", author })
  const full: PostInput = { postTitle: "a", author, tags: new Set(["b"]), dueAt: new Date(), secretNote: "", visits: 3 }
  await authorOf(full)
  const visits: string = post.visits
  const slug: string = post.slug
  const price = await setPrice({ cents: 3, due: 60, anything: "more" })
  const seconds: number = price.due
  const step = await finish({ name: "a", start: 2 }, {})
  const number: number = step.number
  const [x, y, label]: [number, number, string | null] = await move([1])
  const { error, saved = false } = await save({ color: "red", owner: author })
  return [visits, slug, seconds, number, x, y, label, error, saved, post.tags.has("a"), post.dueAt?.getTime()]
}

export async function wrong(options: Options) {
  await savePost({ author }) // error TS2345
  await savePost({ post_title: "a", author }) // error TS2353
  await savePost({ postTitle: "a", author, tags: ["b"] }) // error TS2740
  await savePost({ postTitle: "a", author: { name: "Ada" } }) // error TS2741
  const post = await savePost({ postTitle: "a", author })
  post.secretNote // error TS2339
  post.visits.toFixed() // error TS2551
  await savePost(post) // error TS2345
  await setPrice({ amount: 3, due: 60 }) // error TS2345
  await finish({ name: "a", number: 1 }, {}) // error TS2353
  const step = await finish({ name: "a" }, { colour: "red" }) // error TS2353
  step.start // error TS2339
  const saved = await save(options)
  saved.saved = true // error TS2540
  await move([1, 2, 3]) // error TS2322
  return saved.erorr // error TS2551
}
