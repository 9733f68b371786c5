import { follow, grow, listFiles, outline, publish, reply, store } from "./actions"

export async function right() {
  const comment = await reply({ text: "a", replies: [{ text: "b" }] })
  const text: string | undefined = comment.replies[0]?.replies[0]?.text
  const tree = await grow({ name: "a", children: [{ name: "b" }] })
  const folder = await listFiles({ files: { a: { files: {} } } })
  const link = await follow([1, [2, null]])
  const author = await publish({ author: { books: [{}] } })
  const data = await store({ a: [1, "b", { c: null }] })
  const items = await outline(["a", ["b", ["c"]]])
  return [text, tree.children[0]?.children, folder.files.a?.files, link[1]?.[1], author.books[0]?.sequel, data, items]
}

export async function wrong() {
  await reply({ text: "a", replies: [{ txt: "b" }] }) // error TS2561
  await grow({ name: "a", children: [{ name: 1 }] }) // error TS2322
  await listFiles({ files: { a: {} } }) // error TS2741
  await follow([1, [2]]) // error TS2322
  await store({ a: new Date() }) // error TS2345
  await outline(["a", ["b", [1]]]) // error TS2322
  return (await reply({ text: "a" })).replies[0].text // error TS2532
}
