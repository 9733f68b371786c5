"""Shows which versions of React understand an implementation, and what the others do not.

    python versions.py --adapter your.module:Adapter [--verbose] DIR...

Each DIR has a `node_modules` with react, react-dom and react-server-dom-webpack of one version; see ../versions.
What the implementation writes is read by that version's client, in both builds; what that version's client sends,
and what a browser would send of the forms that its react-dom prints, is read by the implementation.
Expected is in every case what React 19.3.1 makes of it.
"""

from __future__ import annotations

import argparse
import base64
import os
import pathlib
import shutil
import tempfile
from collections import Counter
from typing import Any

from flight_kit import ORACLE, Oracle, OracleError, cases, differences
from runner import Runner, load_adapter


class VersionOracle(Oracle):
    """The oracle on the packages in another folder."""

    def __init__(self, packages: str | os.PathLike) -> None:
        self._folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self._folder.name)
        for part in ("bin", "lib"):
            shutil.copytree(ORACLE / part, folder / part)
        (folder / "node_modules").symlink_to(pathlib.Path(packages).resolve() / "node_modules")
        super().__init__(folder)

    def close(self) -> None:
        super().close()
        self._folder.cleanup()


class VersionCheck:
    """Runs the cases that concern both sides.

    problems: by id of a case; a response that only the development build misreads has "(development)" behind it.
    """

    def __init__(self, adapter: Any, oracle: Oracle) -> None:
        self.version: str = oracle("about")["react-server-dom-webpack"]
        self.problems: dict[str, list[str]] = {}
        self._oracle = oracle
        self._runner = Runner(adapter, oracle)
        for kind, check in (("flight", self._response), ("reply", self._call), ("form", self._form)):
            for case in cases(kind):
                check(case)

    def groups(self) -> dict[str, int]:
        """How many cases have problems, by group, such as "reply/streams"."""
        return dict(Counter(_group(case) for case in self.problems))

    def _note(self, name: str, problems: list[str]) -> None:
        if problems:
            self.problems[name] = problems

    def _response(self, case: dict) -> None:
        data = self._runner.encode_flight(case["value"], case.get("options", {}))
        problems = self._runner.read_flight(case, data)
        self._note(case["id"], problems)
        if not problems:
            self._note(f"{case['id']} (development)", self._runner.read_flight(case, data, mode="development"))

    def _call(self, case: dict) -> None:
        try:
            body = self._oracle.encode_reply(case["value"], **case.get("options", {}))
        except OracleError as error:
            self._note(case["id"], [str(error)])
        else:
            self._note(case["id"], self._runner.run_reply({**case, "body": body}))

    def _form(self, case: dict) -> None:
        """A form as react-dom prints it, submitted without JavaScript."""
        if case.get("submit") is None:
            return
        render = case["render"]
        data = self._runner.encode_flight(render["value"], {})
        rendered = self._oracle.ask(
            "render-html",
            base64=base64.b64encode(data).decode(),
            modules=render.get("modules", {}),
            submit=case["submit"],
            ssr="edge",
            **render.get("options", {}),
        )
        if "body" not in rendered:
            self._note(case["id"], [f"no form: {rendered.get('error')}"])
            return
        body, state = rendered["body"], case.get("formState")
        if state is not None:
            # The builds of react-dom spell the key of a hook differently; the server only passes it on.
            key = next(part["value"] for part in body["parts"] if part["name"] == "$ACTION_KEY")
            state = [state[0], key, *state[2:]]
        problems = self._runner.run_form({**case, "body": body, "formState": state})
        self._note(case["id"], problems + differences(case["target"], rendered["target"]))


def _group(case: str) -> str:
    return case.rpartition("/")[0] + (" (development)" if case.endswith(")") else "")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--adapter", required=True, help="module:attribute of the adapter class or instance")
    parser.add_argument("--verbose", action="store_true", help="name every case, with its first problem")
    parser.add_argument("folders", nargs="+", metavar="DIR")
    args = parser.parse_args(argv)
    adapter = load_adapter(args.adapter)
    for folder in args.folders:
        with VersionOracle(folder) as oracle:
            check = VersionCheck(adapter, oracle)
        groups = ", ".join(f"{group} {count}" for group, count in check.groups().items())
        print(f"{check.version:8}{groups or 'everything is understood'}")
        if args.verbose:
            for case, problems in check.problems.items():
                print(f"    {case}: {problems[0][:150]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
