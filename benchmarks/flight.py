"""Encoding and decoding beside React's own server, on the same values in the same run.

    python -m benchmarks.flight [--seconds S]

Times are the best of many runs, of one response or one body each, without network and rendering. React runs in Node,
warmed up; it is found where the conformance oracle is installed (FLIGHT_ORACLE, or conformance/oracle).

    table            1,000 rows of 5 cells
    cards            50 client components, each with an action that was sealed before
    cards, sealing   50 client components, each with an action that captured two values, which are sealed on the way;
                     elements and functions are made anew for each response
    sealing          those 50 actions alone; "50 passes" makes a key for each, as if each were a response by itself
    echo             one object, as the answer to a call and as its argument
    form             20 fields and a state

React has no sealing. Next.js encodes the captured values of each action by React's encoder, encrypts them by WebCrypto
(AES-GCM), and binds the promise of the result: React's numbers do the same.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import flight_actions
from jetbridge.actions import ActionRegistry, KeyRing
from jetbridge.flight import (
    ClientReference,
    ClientRow,
    Element,
    ErrorRow,
    FlightEncoder,
    ReplyBody,
    ServerReference,
    Where,
    decode_reply,
)
from jetbridge.html import table, tbody, td, tr

ROOT = Path(__file__).parent.parent
ECHO = '[{"id":7,"name":"Ada","tags":["a","b"],"active":true}]'
FIELDS = 20


def large_table() -> Element:
    """1,000 rows of 5 cells: 6,002 elements."""
    return table[
        tbody[[tr(key=str(row))[[td(class_name="c")[f"cell {row}.{n}"] for n in range(5)]] for row in range(1000)]]
    ]


def cards() -> Element:
    """A page of 50 client components, each with an action that has one sealed argument."""
    card = ClientReference("app/card.tsx", "Card")
    children = [
        Element(
            card, str(n), {"title": f"Card {n}", "count": n, "action": ServerReference("a" * 32 + ".s", ("t" * 80,))}
        )
        for n in range(50)
    ]
    return Element("main", None, {"children": children})


def sealed_cards() -> Element:
    """The same with functions that have captured two values."""
    card = ClientReference("app/card.tsx", "Card")
    children = [
        Element(card, str(n), {"title": f"Card {n}", "count": n, "action": flight_actions.save_card(n, f"Card {n}")})
        for n in range(50)
    ]
    return Element("main", None, {"children": children})


def encode(value: Any, registry: ActionRegistry | None = None) -> bytes:
    """One whole response."""
    encoder = FlightEncoder(
        client_reference=lambda reference: ClientRow(reference.module, ("c", "c.js"), reference.name),
        server_reference=_no_action if registry is None else registry.references().reference,
        describe_error=_fail,
    )
    encoder.start(value)
    return encoder.flush()


def _no_action(value: object) -> None:
    return None


def seal(actions: list[Any], registry: ActionRegistry) -> None:
    """The references of one response."""
    references = registry.references()
    for action in actions:
        references.reference(action)


def _fail(error: BaseException, where: Where) -> ErrorRow:
    raise error


def best(run: Callable[[], object], seconds: float) -> float:
    """The shortest time of one run, in milliseconds."""
    shortest = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        run()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest * 1000


def measure(seconds: float) -> dict[str, float]:
    """Our times by name."""
    page, grid = cards(), large_table()
    registry = ActionRegistry(KeyRing(["benchmark" * 5]), [flight_actions])
    actions = [flight_actions.save_card(n, f"Card {n}") for n in range(50)]
    form = [*((f"_1_field{n}", f"value {n}") for n in range(FIELDS)), ("0", '[{"error":null},"$K1"]')]
    gc.collect()
    gc.freeze()
    return {
        "table": best(lambda: encode(grid), seconds),
        "cards": best(lambda: encode(page), seconds),
        "cards, sealing": best(lambda: encode(sealed_cards(), registry), seconds),
        "sealing": best(lambda: seal(actions, registry), seconds),
        "sealing, 50 passes": best(lambda: [registry.reference(action) for action in actions], seconds),
        "echo answer": best(lambda: encode(json.loads(ECHO)), seconds),
        "echo call": best(lambda: decode_reply(ReplyBody(text=ECHO)), seconds),
        "form": best(lambda: decode_reply(ReplyBody(parts=form)), seconds),
    }


def measure_react(seconds: float) -> dict[str, float]:
    """React's times by the same names."""
    oracle = Path(os.environ.get("FLIGHT_ORACLE", ROOT / "conformance" / "oracle"))
    result = subprocess.run(
        [
            "node",
            "--conditions=react-server",
            Path(__file__).with_name("flight_react.cjs"),
            str(seconds),
            ECHO,
            str(FIELDS),
        ],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "NODE_ENV": "production", "NODE_PATH": str(oracle / "node_modules")},
    )
    return json.loads(result.stdout)  # type: ignore[no-any-return]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2, help="how long each case is repeated")
    seconds = parser.parse_args().seconds
    ours, theirs = measure(seconds), measure_react(seconds)
    print(f"{'':20}{'jetbridge':>12}{'React':>12}{'ratio':>9}")
    for name, time_of_ours in ours.items():
        react = f"{theirs[name]:9.3f} ms{theirs[name] / time_of_ours:8.2f}x" if name in theirs else ""
        print(f"{name:20}{time_of_ours:9.3f} ms{react}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
