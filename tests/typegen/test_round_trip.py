"""What Python sends conforms to the generated type when React has read it, and what conforms to one is accepted.

Both ends are other people's: values go through React's own client, and types are judged by TypeScript.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from flight_kit import expand_body
from hypothesis import HealthCheck, Phase, given, settings

from jetbridge.actions.arguments import bind_arguments
from jetbridge.actions.returned import result_shape
from jetbridge.errors import InvalidArguments
from jetbridge.flight import ReplyBody, decode_reply
from jetbridge.typegen.annotations import TypeWriter
from jetbridge.typegen.declarations import Module
from tests.flight.adapter import form_parts
from tests.typegen.round_trip_types import TYPES
from tests.typegen.values import as_typescript, encode, values_of

CLIENT = Path(__file__).parents[2] / "client"
EXAMPLES = 8

ACTIONS = "from tests.typegen.round_trip_types import TYPES\n" + "".join(
    f"async def take_{number}(value: TYPES[{number}][0]):\n    'use server'\n" for number in range(len(TYPES))
)


def declarations(mode: str) -> str:
    """A module that exports the type of each annotation as `Type0`, `Type1`, and so on."""
    types = TypeWriter()
    module = Module(types.declarations)
    written = [types.write(annotation, mode=mode) for annotation, _ in TYPES]
    for one in written:
        module.add(one, "")
    assert module.problems == []
    named = ["\n".join(lines) for _, lines, _ in module.lines()]
    return "\n".join([*named, *(f"export type Type{n} = {module.text(one.text)}" for n, one in enumerate(written))])


def draw(annotation: Any) -> list[Any]:
    """Some values of a type, the same ones in each run."""
    found: list[Any] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(values_of(annotation))
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def compile_(folder: Path) -> str:
    config = {"strict": True, "noEmit": True, "target": "ES2022", "lib": ["ES2023", "DOM"], "types": []}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": config, "include": ["*.ts"]}))
    run = [CLIENT / "node_modules" / ".bin" / "tsc", "-p", "."]
    return subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_what_python_sends_conforms(oracle, tmp_path):
    """Each value is of the type that the browser was promised, without a property more or less."""
    lines = ["declare function streamOf<T>(items: T[]): AsyncIterable<T>"]
    for number, (annotation, _) in enumerate(TYPES):
        shape = result_shape(annotation) or (lambda value: value)
        for value in draw(annotation):
            read = oracle.decode_flight(asyncio.run(encode({"value": shape(value)})))["root"]["value"]["value"]
            lines.append(f"export const a{len(lines)}: Type{number} = {as_typescript(read)} // {annotation!r}")
    (tmp_path / "values.ts").write_text(declarations("given") + "\n" + "\n".join(lines))

    output = compile_(tmp_path)

    shown = (tmp_path / "values.ts").read_text().splitlines()
    places = [int(number) for number in re.findall(r"(?m)^values\.ts\((\d+),", output)]
    assert [shown[place - 1] for place in places] == [], output


def test_what_conforms_is_accepted(oracle, tmp_path, registry_of):
    """Each value that TypeScript would let an action take passes the validation of its arguments."""
    (tmp_path / "types.ts").write_text(declarations("sent"))
    (tmp_path / "texts.json").write_text(json.dumps({f"Type{n}": texts for n, (_, texts) in enumerate(TYPES)}))
    script = Path(__file__).with_name("conforming.mjs")
    command = ["node", script, tmp_path / "types.ts", str(EXAMPLES), tmp_path / "texts.json"]
    made = json.loads(subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, check=True).stdout)
    module, registry = registry_of(ACTIONS, "app.actions")
    refused = []
    for number, (annotation, _) in enumerate(TYPES):
        action = registry.of(getattr(module, f"take_{number}"))
        for value in made[f"Type{number}"]:
            body = expand_body(oracle.encode_reply([value]))
            reply = ReplyBody(text=body) if isinstance(body, str) else ReplyBody(parts=form_parts(body))
            try:
                bind_arguments(action, decode_reply(reply))
            except InvalidArguments as error:
                refused.append(f"{annotation}: {value}: {error}")

    assert refused == [], "\n".join(refused)
    assert sum(map(len, made.values())) == EXAMPLES * len(TYPES)
