"""Runs the conformance vectors against an implementation.

    python runner.py --adapter your.module:Adapter [--path DIR] [--kind flight] [--group strings] [--development]

The adapter is the bridge between tagged JSON and your library's own types; see the class below
for what it must offer.  Modules are imported with the current directory on sys.path.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import inspect
import json
import os
import pathlib
import sys
from typing import Any

from flight_kit import VECTORS, LimitExceeded, Oracle, differences, expand_body, limited, outcome_problems


class AdapterProtocol:
    """What an adapter looks like.  Every method may also be a coroutine function.

    Raise NotImplementedError for what is not supported (yet); such cases are counted apart.
    """

    #: The one exception type (or tuple of types) your decoder documents for bad input.
    decode_error: type[BaseException] | tuple[type[BaseException], ...] = ValueError

    def encode_flight(self, value: Any, options: dict) -> bytes:
        """Encode a value given in tagged JSON.  bytes, or an (async) iterable of bytes.

        options may hold abortAfter (milliseconds) with abortDigest, and prerender.
        """
        raise NotImplementedError

    def decode_reply(self, body: str | list[dict], actions: list[str], options: dict) -> Any:
        """Decode a reply body and return the value in tagged JSON.

        body is a string, or a list of parts as made by flight_kit.expand_body.
        actions are the ids of the registered actions.
        options may hold temporaryReferences (bool) and arraySizeLimit (int).
        Promises are expected to be awaited and streams to be drained for the answer.
        """
        raise NotImplementedError

    def decode_action(self, parts: list[dict], actions: list[str]) -> dict | None:
        """None, or {"id", "bound": [...], "formData": {...}} in tagged JSON."""
        raise NotImplementedError

    def decode_form_state(self, result: Any, parts: list[dict], actions: list[str]) -> list | None:
        """None, or [result, key, id, count] in tagged JSON."""
        raise NotImplementedError


def _settle(answer: Any) -> Any:
    async def finish(thing: Any) -> Any:
        if inspect.isawaitable(thing):
            thing = await thing
        if hasattr(thing, "__aiter__"):
            thing = [piece async for piece in thing]
        return thing

    if inspect.isawaitable(answer) or hasattr(answer, "__aiter__"):
        answer = asyncio.run(finish(answer))
    return answer


def _bytes(answer: Any) -> bytes:
    answer = _settle(answer)
    return bytes(answer) if isinstance(answer, (bytes, bytearray, memoryview)) else b"".join(answer)


class Runner:
    def __init__(self, adapter: Any, oracle: Oracle | None = None, development: bool = False):
        self.adapter = adapter
        self.oracle = oracle
        self.development = development

    def run(self, kind: str, case: dict) -> list[str]:
        """Problems of one case; raises NotImplementedError if the adapter does."""
        return getattr(self, "run_" + kind.replace("-", "_"))(case)

    # server to client ------------------------------------------------------

    def run_flight(self, case: dict) -> list[str]:
        data = self.encode_flight(case["value"], case.get("options", {}))
        found = self.read_flight(case, data)
        if self.development:
            found += [f"in development: {text}" for text in self.read_flight(case, data, mode="development")]
        return found

    def encode_flight(self, value: Any, options: dict) -> bytes:
        """What the implementation writes for a value."""
        return _bytes(self.adapter.encode_flight(value, options))

    def read_flight(self, case: dict, data: bytes, **read: Any) -> list[str]:
        """What is wrong with the bytes written for a case, by what React's client makes of them."""
        how = {"identity": case.get("compare") == "identity"}
        reply = self.oracle.decode_flight(data, **case.get("read", {}), **read)
        found = differences(case["decoded"], reply["root"], **how)
        if any(not differences(other, reply["root"], **how) for other in case.get("accept", ())):
            found = []
        if reply["hints"] or not case.get("hints_optional"):
            found += [f"hints {text}" for text in differences(case.get("hints", []), reply["hints"])]
        return found

    # client to server ------------------------------------------------------

    def _decode(self, case: dict) -> tuple[str, Any]:
        options = dict(case.get("options", {}))
        try:
            value = _settle(self.adapter.decode_reply(expand_body(case["body"]), case.get("actions", []), options))
        except self.adapter.decode_error:
            return "rejected", None
        return "decoded", value

    def run_reply(self, case: dict) -> list[str]:
        outcome, value = self._decode(case)
        expect = case.get("expect")
        if expect and not outcome_problems(expect, outcome, value):
            return []
        wanted = case["decoded"]
        if expect and expect["outcome"] != "value-or-official":
            return outcome_problems(expect, outcome, value)
        if outcome == "rejected":
            refusable = "refuse this body" in case.get("advice", "") or "Refusing" in case.get("advice", "")
            return [] if wanted["status"] == "rejected" or refusable else ["should have been decoded"]
        if wanted["status"] != "fulfilled":
            return ["should have been rejected"]
        return differences(wanted["value"], value, identity=case.get("compare") == "identity")

    run_reply_body = run_reply

    def run_hostile(self, case: dict) -> list[str]:
        if case.get("op") == "decode-action":
            return self._hostile_form(case)
        limits = case["limits"]
        try:
            outcome, value = limited(lambda: self._decode_for_limit(case), limits["seconds"], limits["megabytes"])
        except LimitExceeded as error:
            return [str(error)]
        except RuntimeError as error:
            if str(error).startswith("NotImplementedError"):
                raise NotImplementedError from None
            return [f"escaped: {error}"]
        return outcome_problems(case["expect"], outcome, value)

    def _decode_for_limit(self, case: dict) -> tuple[str, Any]:
        outcome, value = self._decode(case)
        return outcome, None if case["expect"]["outcome"] in ("accept", "reject-or-any", "reject") else value

    def _hostile_form(self, case: dict) -> list[str]:
        limits = case["limits"]

        def attempt() -> Any:
            try:
                return "decoded", _settle(self.adapter.decode_action(expand_body(case["body"]), case["actions"]))
            except self.adapter.decode_error:
                return "rejected", None

        try:
            outcome, action = limited(attempt, limits["seconds"], limits["megabytes"])
        except LimitExceeded as error:
            return [str(error)]
        except RuntimeError as error:
            if str(error).startswith("NotImplementedError"):
                raise NotImplementedError from None
            return [f"escaped: {error}"]
        expect = case["expect"]
        if expect["outcome"] == "no-action":
            return [] if outcome == "decoded" and action is None else ["should have found no action"]
        if expect["outcome"] == "action":
            if outcome == "rejected" or action is None:
                return ["should have found the action"]
            return differences(
                {"id": expect["id"], "bound": expect["bound"]}, {"id": action["id"], "bound": action["bound"]}
            )
        if expect["outcome"] == "reject":
            return [] if outcome == "rejected" else ["should have been rejected"]
        return []

    # forms -----------------------------------------------------------------

    def run_form(self, case: dict) -> list[str]:
        if "body" not in case:
            return []
        parts = expand_body(case["body"])
        action = _settle(self.adapter.decode_action(parts, case["actions"]))
        found = [f"action {text}" for text in differences(case["action"], action)]
        if "result" in case:
            state = _settle(self.adapter.decode_form_state(case["result"], parts, case["actions"]))
            found += [f"form state {text}" for text in differences(case["formState"], state)]
        return found


def load_adapter(name: str) -> Any:
    """The adapter that a command line names as module:attribute."""
    sys.path.insert(0, os.getcwd())
    module, _, attribute = name.partition(":")
    adapter = getattr(importlib.import_module(module), attribute or "Adapter")
    return adapter() if isinstance(adapter, type) else adapter


RUNNABLE = ("flight", "reply", "reply-body", "hostile", "form")


def main(argv: list[str] | None = None, default_path: pathlib.Path = VECTORS) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--adapter", required=True, help="module:attribute of the adapter class or instance")
    parser.add_argument("--path", type=pathlib.Path, default=default_path, help="folder of vector files")
    parser.add_argument("--kind", action="append", choices=RUNNABLE)
    parser.add_argument("--group", action="append")
    parser.add_argument("--case", action="append", help="run only cases whose id contains this")
    parser.add_argument(
        "--development", action="store_true", help="also read the encoder's output with the development client"
    )
    parser.add_argument("--json", type=pathlib.Path, help="write a machine-readable report")
    args = parser.parse_args(argv)

    adapter = load_adapter(args.adapter)
    report: dict[str, dict] = {}
    failures = 0
    with Oracle() as oracle:
        runner = Runner(adapter, oracle, args.development)
        for path in sorted(args.path.rglob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            kind = document.get("kind")
            if kind not in (args.kind or RUNNABLE) or (args.group and document["group"] not in args.group):
                continue
            counts = {"passed": 0, "failed": 0, "unsupported": 0}
            for case in document["cases"]:
                if args.case and not any(text in case["id"] for text in args.case):
                    continue
                try:
                    problems = runner.run(kind, case)
                except NotImplementedError:
                    counts["unsupported"] += 1
                    continue
                except Exception as error:  # a defect in the implementation under test
                    problems = [f"{type(error).__name__}: {error}"[:300]]
                counts["failed" if problems else "passed"] += 1
                if problems:
                    failures += 1
                    print(f"FAIL {case['id']} ({case['title']})")
                    for text in problems[:5]:
                        print("     ", text)
            key = f"{path.parent.name}/{document['group']}"
            report[key] = counts
            print(
                f"{key:40} {counts['passed']:4} passed {counts['failed']:4} failed"
                f" {counts['unsupported']:4} unsupported"
            )
    total = {name: sum(counts[name] for counts in report.values()) for name in ("passed", "failed", "unsupported")}
    print("total", total)
    if args.json:
        args.json.write_text(json.dumps({"total": total, "groups": report}, indent=1))
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
