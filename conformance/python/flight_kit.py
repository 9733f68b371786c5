"""Utilities for using the conformance vectors and the oracle from Python tests.

Standard library only.  See ../README.md.
"""

from __future__ import annotations

import base64
import itertools
import json
import multiprocessing
import os
import pathlib
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

KIT = pathlib.Path(__file__).resolve().parent.parent
VECTORS = KIT / "vectors"
ORACLE = KIT / "oracle"

# Hostile vectors and oracle answers can be nested deeply.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))


# --------------------------------------------------------------------- vectors


def documents(kind: str | None = None) -> Iterator[dict]:
    """Every vector file, optionally only those of one kind."""
    for path in sorted(VECTORS.rglob("*.json")):
        if path.name == "index.json":
            continue
        document = json.loads(path.read_text(encoding="utf-8"))
        if kind is None or document["kind"] == kind:
            yield document


def cases(kind: str, group: str | None = None) -> Iterator[dict]:
    """Every case of a kind ("flight", "reply", "hostile", ...), optionally of one group."""
    for document in documents(kind):
        if group is None or document["group"] == group:
            yield from document["cases"]


def _fill(text: str, i: int) -> str:
    return (
        text.replace("{i}", str(i))
        .replace("{i+1}", str(i + 1))
        .replace("{x}", format(i, "x"))
        .replace("{x+1}", format(i + 1, "x"))
    )


def expand_text(spec: Any) -> str:
    """A string, or one of the text templates that keep large bodies small on disk."""
    if isinstance(spec, str):
        return spec
    if "series" in spec:
        s = spec["series"]
        return s.get("join", "").join(_fill(s["text"], i) for i in range(s["from"], s["to"] + 1))
    if "concat" in spec:
        return "".join(expand_text(item) for item in spec["concat"])
    return expand_text(spec["repeat"]) * spec["times"]


def expand_body(body: dict) -> str | list[dict]:
    """The body of a vector as a string, or as a list of form parts.

    A part is {"name", "value"} for text and {"name", "filename", "type", "content"} for a
    file, where content is bytes.
    """
    if body["type"] == "string":
        return expand_text(body["body"])
    parts: list[dict] = []
    for part in body["parts"]:
        if "each" in part:
            each = part["each"]
            for i in range(each["from"], each["to"] + 1):
                name, value = _fill(expand_text(each["name"]), i), _fill(expand_text(each["value"]), i)
                parts += [{"name": name, "value": value}]
        elif "base64" in part:
            parts.append(
                {
                    "name": part["name"],
                    "filename": part.get("filename", "blob"),
                    "type": part.get("type", ""),
                    "content": base64.b64decode(part["base64"]),
                }
            )
        else:
            parts.append({"name": part["name"], "value": expand_text(part["value"])})
    return parts


def multipart(parts: list[dict], boundary: str = "----conformance-5k3jd81x") -> tuple[str, bytes]:
    """Content type and bytes of a multipart/form-data body, written as a browser would."""

    def quote(text: str) -> str:
        return text.replace("\r\n", "%0D%0A").replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")

    def newlines(text: str) -> str:
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")

    out = bytearray()
    for part in parts:
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{quote(part["name"])}"'.encode(
            "utf-8", "replace"
        )
        if "content" in part:
            out += f'; filename="{quote(part["filename"])}"\r\n'.encode("utf-8", "replace")
            out += f"Content-Type: {part['type'] or 'application/octet-stream'}\r\n\r\n".encode("ascii", "replace")
            out += part["content"]
        else:
            out += b"\r\n\r\n" + newlines(part["value"]).encode("utf-8", "replace")
        out += b"\r\n"
    out += f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", bytes(out)


# ------------------------------------------------------------------ comparison


def without_identity(value: Any) -> Any:
    """Removes def/ref pairs by copying, except where that would never end (cycles)."""
    defs: dict[int, Any] = {}

    def collect(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("$t") == "def":
                defs[node["id"]] = node["value"]
            for child in node.values():
                collect(child)
        elif isinstance(node, list):
            for child in node:
                collect(child)

    collect(value)

    def expand(node: Any, active: dict[int, int], depth: int) -> Any:
        if isinstance(node, dict):
            tag = node.get("$t")
            if tag in ("def", "ref"):
                number = node["id"]
                if number in active:  # a cycle: how many levels up it leads
                    return {"$t": "cycle", "up": depth - active[number]}
                return expand(defs[number], {**active, number: depth}, depth)
            return {key: expand(child, active, depth + 1) for key, child in node.items()}
        if isinstance(node, list):
            return [expand(child, active, depth + 1) for child in node]
        return node

    return expand(value, {}, 0)


def differences(expected: Any, actual: Any, *, identity: bool = False, messages: bool = False) -> list[str]:
    """Where two values in tagged JSON differ; empty if they mean the same.

    identity: also require the same sharing of objects (def/ref).
    messages: also compare name and message of errors; by default only the digest counts.
    """
    if not identity:
        expected, actual = without_identity(expected), without_identity(actual)
    found: list[str] = []

    def kind(node: Any) -> str:
        if isinstance(node, bool):
            return "boolean"
        if isinstance(node, (int, float)):
            return "number"
        return type(node).__name__

    def walk(a: Any, b: Any, path: str) -> None:
        if len(found) >= 20:
            return
        if kind(a) != kind(b):
            found.append(f"{path}: {json.dumps(a)[:120]} != {json.dumps(b)[:120]}")
        elif isinstance(a, dict):
            if a.get("$t") == "error" and b.get("$t") == "error" and not messages:
                a = {k: v for k, v in a.items() if k not in ("name", "message")}
                b = {k: v for k, v in b.items() if k not in ("name", "message")}
            for key in a.keys() | b.keys():
                if key not in a or key not in b:
                    found.append(f"{path}.{key}: only in {'expected' if key in a else 'actual'}")
                else:
                    walk(a[key], b[key], f"{path}.{key}")
        elif isinstance(a, list):
            if len(a) != len(b):
                found.append(f"{path}: length {len(a)} != {len(b)}")
            for i, (x, y) in enumerate(zip(a, b, strict=False)):
                walk(x, y, f"{path}[{i}]")
        elif a != b:
            found.append(f"{path}: {json.dumps(a)[:120]} != {json.dumps(b)[:120]}")

    walk(expected, actual, "$")
    return found


def same(expected: Any, actual: Any, **how: bool) -> bool:
    return not differences(expected, actual, **how)


def outcome_problems(expect: dict, outcome: str, value: Any = None) -> list[str]:
    """Checks the result of decoding a hostile body.

    outcome: "rejected" (the documented decoding error was raised) or "decoded".
    value: the decoded value in tagged JSON, when there is one.
    """
    wanted = expect["outcome"]
    if wanted == "reject":
        return [] if outcome == "rejected" else ["should have been rejected"]
    if wanted == "accept":
        return [] if outcome == "decoded" else ["should have been accepted"]
    if wanted == "reject-or-any":
        return []
    if wanted in ("value", "reject-or-value", "value-or-official"):
        if outcome == "rejected":
            return [] if wanted == "reject-or-value" else ["should have been decoded"]
        return differences(expect["value"], value)
    raise ValueError(f"outcome {wanted!r} is for form posts")


# ---------------------------------------------------------------------- limits


class LimitExceeded(AssertionError):
    pass


def limited(function: Callable[[], Any], seconds: float, megabytes: float) -> Any:
    """Runs function in a forked child; raises LimitExceeded if it takes too long or too much.

    FLIGHT_LIMIT_FACTOR in the environment stretches the time limit for slow machines.
    """
    seconds *= float(os.environ.get("FLIGHT_LIMIT_FACTOR", "1"))
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def child() -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        hard = int(seconds * 4) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
        started = time.monotonic()
        try:
            answer = ("ok", function())
        except BaseException as error:  # reported to the parent
            answer = ("error", f"{type(error).__name__}: {error}"[:500])
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        sender.send((answer, time.monotonic() - started, grown))
        sender.close()

    process = context.Process(target=child)
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds * 2 + 5):
            raise LimitExceeded(f"no answer within {seconds * 2 + 5} s")
        try:
            (status, answer), took, grown = receiver.recv()
        except EOFError:
            raise LimitExceeded("the process died") from None
    finally:
        if process.is_alive():
            process.join(0.2)
        if process.is_alive():
            process.kill()
        process.join()
    if took > seconds:
        raise LimitExceeded(f"took {took:.2f} s, limit {seconds} s")
    if grown > megabytes:
        raise LimitExceeded(f"grew by {grown:.0f} MB, limit {megabytes} MB")
    if status == "error":
        raise RuntimeError(answer)
    return answer


# ---------------------------------------------------------------------- oracle


class OracleError(RuntimeError):
    """The oracle refused or failed; `reply` is its answer."""

    def __init__(self, reply: dict):
        super().__init__(json.dumps(reply)[:500])
        self.reply = reply


class Oracle:
    """The official packages behind `node bin/oracle.js serve`.

    Use one instance for the whole test run; it is safe to share between threads.
    """

    def __init__(self, directory: str | os.PathLike | None = None, node: str = "node"):
        directory = pathlib.Path(directory or os.environ.get("FLIGHT_ORACLE", ORACLE))
        if not (directory / "node_modules" / "react-server-dom-webpack").exists():
            raise FileNotFoundError(f"run `npm ci` in {directory} first")
        self._ids = itertools.count(1)
        self._waiting: dict[int, list] = {}
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [node, str(directory / "bin" / "oracle.js"), "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            reply = json.loads(line)
            slot = self._waiting.pop(reply.pop("id"), None)
            if slot:
                slot[1] = reply
                slot[0].set()
        for slot in list(self._waiting.values()):
            slot[1] = {"ok": False, "error": {"$t": "error", "message": "the oracle ended"}}
            slot[0].set()

    def ask(self, op: str, **request: Any) -> dict:
        """One request; returns the reply even when it is not ok."""
        number = next(self._ids)
        slot: list = [threading.Event(), None]
        self._waiting[number] = slot
        line = json.dumps({"id": number, "op": op, **request}) + "\n"
        with self._lock:
            assert self._process.stdin
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        slot[0].wait()
        return slot[1]

    def __call__(self, op: str, **request: Any) -> dict:
        reply = self.ask(op, **request)
        if not reply["ok"]:
            raise OracleError(reply)
        return reply

    # shorthands -----------------------------------------------------------

    def decode_flight(self, data: bytes | list[bytes], **options: Any) -> dict:
        """{"root": {...}, "hints": [...]}; a list of bytes is delivered piece by piece."""
        if isinstance(data, (bytes, bytearray)):
            return self("decode-flight", base64=base64.b64encode(data).decode(), **options)
        return self("decode-flight", chunks=[base64.b64encode(piece).decode() for piece in data], **options)

    def encode_flight(self, value: Any, **options: Any) -> bytes:
        return base64.b64decode(self("encode-flight", value=value, **options)["base64"])

    def rows(self, data: bytes) -> list[dict]:
        return self("rows", base64=base64.b64encode(data).decode())["rows"]

    def encode_reply(self, value: Any, **options: Any) -> dict:
        return self("encode-reply", value=value, **options)["body"]

    def decode_reply(self, body: dict, actions: list[str] = (), **options: Any) -> dict:
        return self("decode-reply", body=body, actions=list(actions), **options)["root"]

    def decode_action(self, body: dict, actions: list[str] = (), **options: Any) -> dict:
        return self("decode-action", body=body, actions=list(actions), **options)

    def render_html(self, data: bytes, modules: dict | None = None, **options: Any) -> dict:
        return self("render-html", base64=base64.b64encode(data).decode(), modules=modules or {}, **options)

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=10)
        self._reader.join(timeout=10)
        if self._process.stdout:
            self._process.stdout.close()

    def __enter__(self) -> Oracle:
        return self

    def __exit__(self, *exc: Any) -> None:
        self.close()
