// Prints, as JSON, what index.d.ts of @types/react says of elements and their attributes:
//   interfaces: name -> {extends, members: {attribute: type}}    elements: tag -> interface
// A type is {alias, parts}; a part is a string literal ('"submit"' with its quotes) or a kind: string, number, ...
// Run by generate_html.py: node generate_html_types.mjs <index.d.ts>, from where `typescript6` can be resolved.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

const file = process.argv[2]
const ts = createRequire(file)("typescript6")
const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)
const interfaces = {}
const aliases = {}
const elements = {}

function visit(node) {
    if (ts.isInterfaceDeclaration(node)) addInterface(node)
    else if (ts.isTypeAliasDeclaration(node)) aliases[node.name.text] = node.type
    ts.forEachChild(node, visit)
}

function addInterface(node) {
    if (node.name.text === "IntrinsicElements") {
        for (const member of node.members) elements[member.name.text] = propsInterface(member.type)
        return
    }
    const members = {}
    for (const member of node.members) {
        if (ts.isPropertySignature(member)) members[member.name.text] = member.type
    }
    const bases = (node.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => type.expression.getText()))
    interfaces[node.name.text] = { extends: bases, members }
}

// DetailedHTMLProps<AnchorHTMLAttributes<...>, ...> -> AnchorHTMLAttributes; SVGProps<...> -> SVGAttributes
function propsInterface(type) {
    const name = type.typeName.right.text
    return name === "DetailedHTMLProps" ? propsInterface(type.typeArguments[0]) : name.startsWith("SVG") ? "SVGAttributes" : name
}

const KEYWORDS = new Map([
    [ts.SyntaxKind.StringKeyword, "string"],
    [ts.SyntaxKind.NumberKeyword, "number"],
    [ts.SyntaxKind.BooleanKeyword, "boolean"],
    [ts.SyntaxKind.AnyKeyword, "any"],
])

function parts(node) {
    if (KEYWORDS.has(node.kind)) return [KEYWORDS.get(node.kind)]
    if (ts.isUnionTypeNode(node)) return node.types.flatMap(parts)
    if (ts.isParenthesizedTypeNode(node)) return parts(node.type)
    if (ts.isLiteralTypeNode(node)) return [JSON.stringify(node.literal.text)]
    if (ts.isIntersectionTypeNode(node)) return ["string"] // (string & {}): any text, while editors still complete the literals
    if (ts.isFunctionTypeNode(node)) return ["action"]
    if (ts.isTypeOperatorNode(node)) return ["strings"] // readonly string[]
    if (ts.isTypeLiteralNode(node)) return ["object"]
    if (ts.isTemplateLiteralTypeNode(node)) return node.templateSpans.flatMap((span) => parts(span.type))
    if (ts.isTypeReferenceNode(node)) {
        const name = node.typeName.getText()
        if (name.endsWith("Handler")) return ["handler"]
        return name in aliases && !node.typeArguments ? parts(aliases[name]) : []
    }
    return [] // undefined, and React's hooks for experimental types
}

function describe(node) {
    const [first] = ts.isUnionTypeNode(node) ? node.types : [node]
    const alias = ts.isTypeReferenceNode(first) && first.typeName.getText() in aliases ? first.typeName.getText() : null
    return { alias, parts: [...new Set(parts(node))] }
}

visit(source)
for (const entry of Object.values(interfaces)) {
    for (const name of Object.keys(entry.members)) entry.members[name] = describe(entry.members[name])
}
const used = Object.entries(interfaces).filter(([name]) => /(HTML|SVG|Aria|DOM)\w*Attributes$/.test(name))
console.log(JSON.stringify({ interfaces: Object.fromEntries(used), elements }))
