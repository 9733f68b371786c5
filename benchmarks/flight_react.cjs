// React's part of benchmarks/flight.py: prints its best times in milliseconds as JSON.
"use strict"

globalThis.__webpack_require__ = () => ({ save() {} })
globalThis.__webpack_chunk_load__ = () => Promise.resolve()

const { jsx } = require("react/jsx-runtime")
const server = require("react-server-dom-webpack/server.node")

const [seconds, echo, fields] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])]
const manifest = { "app/card.tsx#Card": { id: "app/card.tsx", chunks: ["c", "c.js"], name: "Card" } }

function largeTable() {
  const rows = []
  for (let row = 0; row < 1000; row++) {
    const cells = []
    for (let n = 0; n < 5; n++) cells.push(jsx("td", { className: "c", children: `cell ${row}.${n}` }))
    rows.push(jsx("tr", { children: cells }, String(row)))
  }
  return jsx("table", { children: jsx("tbody", { children: rows }) })
}

function cards() {
  const Card = server.registerClientReference(() => {}, "app/card.tsx", "Card")
  const children = []
  for (let n = 0; n < 50; n++) {
    const save = server.registerServerReference(() => {}, "a".repeat(32) + ".s", null)
    children.push(jsx(Card, { title: `Card ${n}`, count: n, action: save.bind(null, "t".repeat(80)) }, String(n)))
  }
  return jsx("main", { children })
}

/** As Next.js seals what an action captured: encoded as a response of its own, encrypted, in base64. */
async function seal(key, id, ...values) {
  const encoded = await new Response(server.renderToReadableStream(values, manifest)).text()
  const iv = crypto.getRandomValues(new Uint8Array(16))
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(id + encoded))
  return Buffer.concat([iv, new Uint8Array(sealed)]).toString("base64")
}

function sealedCards(key) {
  const Card = server.registerClientReference(() => {}, "app/card.tsx", "Card")
  const id = "a".repeat(42)
  const children = []
  for (let n = 0; n < 50; n++) {
    const save = server.registerServerReference(() => {}, id, null)
    const action = save.bind(null, seal(key, id, n, `Card ${n}`))
    children.push(jsx(Card, { title: `Card ${n}`, count: n, action }, String(n)))
  }
  return jsx("main", { children })
}

function sealAll(key) {
  return Promise.all(Array.from({ length: 50 }, (_, n) => seal(key, "a".repeat(42), n, `Card ${n}`)))
}

async function encode(value) {
  const reader = server.renderToReadableStream(value, manifest).getReader()
  while (!(await reader.read()).done);
}

function form() {
  const body = new FormData()
  for (let n = 0; n < fields; n++) body.append(`_1_field${n}`, `value ${n}`)
  body.append("0", '[{"error":null},"$K1"]')
  return body
}

async function best(run) {
  let shortest = Infinity
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const start = performance.now()
    await run()
    shortest = Math.min(shortest, performance.now() - start)
  }
  return shortest
}

async function main() {
  const [grid, page, body] = [largeTable(), cards(), form()]
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"])
  const times = {
    table: await best(() => encode(grid)),
    cards: await best(() => encode(page)),
    "cards, sealing": await best(() => encode(sealedCards(key))),
    sealing: await best(() => sealAll(key)),
    "echo answer": await best(() => encode(JSON.parse(echo))),
    "echo call": await best(() => server.decodeReply(echo, {})),
    form: await best(() => server.decodeReply(body, {})),
  }
  process.stdout.write(JSON.stringify(times))
}

main()
