"""use server"""

from __future__ import annotations

import array
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from jetbridge.flight import BigInt, File, FormData, Map, Set, TypedArray


async def lists(a: list[int], b: Sequence[str], c: deque[bool], d: Iterable[int]) -> Iterator[str]:
    return iter(b)


async def tuples(a: tuple[int, str], b: tuple[int, ...], c: tuple[()]) -> tuple[int, *tuple[str, ...]]:
    return (1, "a", "b")


async def numbers() -> range:
    return range(3)


async def sets(a: set[int], b: frozenset[str], c: AbstractSet[int]) -> set[tuple[int, str]]:
    return {(1, "a")}


async def objects(a: dict[str, int], b: Mapping[str, list[int]], c: OrderedDict[str, None]) -> Counter[str]:
    return Counter("abc")


async def maps(a: dict[int, str], b: dict[tuple[int, int], bool]) -> dict[int, dict[str, int]]:
    return {1: {"a": 1}}


async def binary(a: bytes, b: TypedArray | None = None) -> array.array:
    return array.array("f", [1.0])


async def raw(a: Map, b: Set, c: FormData) -> bytearray:
    return bytearray(b"a")


async def upload(file: File, others: list[File], by_name: dict[str, File]) -> File:
    return file


async def big(numbers: list[BigInt]) -> dict[BigInt, BigInt]:
    return {}
