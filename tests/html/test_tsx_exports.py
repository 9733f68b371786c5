import time

import pytest

from jetbridge.html.tsx_exports import scan_client_module


@pytest.mark.parametrize(
    ("source", "exports"),
    [
        ("export function Card() {}", ["Card"]),
        ("export async function load() {}", ["load"]),
        ("export function* rows() {}", ["rows"]),
        ("export function Grid<T>(props: Props<T>) {}", ["Grid"]),
        ("export const Card = () => null", ["Card"]),
        ("export const Card: FC<{ a: string }> = memo(() => null)\nexport let $a = 1, other", ["Card", "$a"]),
        ("export class Card extends Component {}", ["Card"]),
        ("export abstract class Base {}", ["Base"]),
        ("export enum Size { A }\nexport const enum Kind { B }", ["Size", "Kind"]),
        ("export default function Card() {}", ["default"]),
        ("export default () => null", ["default"]),
        ("export default Card;", ["default"]),
        ("const A = 1, B = 2\nexport { A, B as C }", ["A", "C"]),
        ("export {\n  A,\n  type Props,\n  B as default,\n}", ["A", "default"]),
        ("export { Menu, type MenuProps } from './menu'", ["Menu"]),
        ("export * as icons from './icons'", ["icons"]),
        ("export const { a, b: c, d = 1, ...rest } = tools", ["a", "c", "d", "rest"]),
        ("export function f(a: string): void\nexport function f(a: number): void", ["f"]),
        ("export type Props = { a: 1 }", []),
        ("export type { Props } from './x'", []),
        ("export interface Props { a: 1 }", []),
        ("export declare const x: number", []),
        ("export default interface Props {}", []),
        ("// export const A = 1\n/* export const B = 2 */", []),
        ("/*\nexport const A = 1\n*/\nexport const B = 2", ["B"]),
        ("const a = 'export const A = 1'\nconst b = `\nexport const B = 2\n`", []),
        ("const a = `x ${b ? `y` : ''}\nexport const A = 1`\nexport const C = 1", ["C"]),
        ("const a = { export: 1 }\na.export = 2", []),
        ("const quote = /['\"`]/\nexport const A = 1", ["A"]),
        ("const f = (s) => s.split(/`/)\nexport const A = 1\nconst g = 1 / 2 / 3", ["A"]),
        ("function A() { return <p>Don't {x}</p> }\nexport const B = () => <br />\nexport const C = 1", ["B", "C"]),
        ("const a = <a href='https://x'>https://x it's</a>\nexport const B = 1", ["B"]),
        ("function A(){}export function B(){};export const C=1", ["B", "C"]),
        ("export\n  const A = 1", ["A"]),
        ("export{A}", ["A"]),
        ("exported()\nexportAll = 1", []),
    ],
)
def test_exports(source, exports):
    """The names of all exported values are found, and nothing in types, comments or texts."""
    assert list(scan_client_module(source).exports) == exports


@pytest.mark.parametrize(
    ("source", "is_client"),
    [
        ('"use client"', True),
        ("'use client';\nexport {}", True),
        ('\ufeff\n// licence\n/* more */ "use strict"; "use client"', True),
        ("// it's\n'use client'", True),
        ('import "x"\n"use client"', False),
        ('// "use client"', False),
        ("", False),
        ("\"use client'", False),
        ("/* 'use client'", False),
    ],
)
def test_directive(source, is_client):
    """A client module says so before its first statement."""
    assert scan_client_module(source).is_client is is_client


def test_export_star():
    """The line of an `export *` is told."""
    assert scan_client_module('"use client"\n\nexport * from "./menu"').star_line == 3
    assert scan_client_module('export * as menu from "./menu"').star_line == 0


@pytest.mark.parametrize(
    "source",
    ["/* x */ " * 5000, "'" * 20000, "`" * 20001, "export " * 5000, "/" * 20000, "=/[" * 5000, '"use x"' * 5000],
)
def test_time(source):
    """Reading takes time in proportion to the length, whatever the text is."""
    start = time.perf_counter()

    scan_client_module(source)

    assert time.perf_counter() - start < 1
