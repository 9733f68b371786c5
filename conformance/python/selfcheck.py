"""Checks that the Python utilities, the oracle and the vectors agree with each other.

python selfcheck.py
"""

import base64

from flight_kit import LimitExceeded, Oracle, cases, differences, expand_body, limited, multipart

checked = 0
problems = []

with Oracle() as oracle:
    for kind in ("flight", "flight-bytes"):
        for case in cases(kind):
            reply = oracle.decode_flight(base64.b64decode(case["bytes"]), **case.get("read", {}))
            found = differences(case["decoded"], reply["root"], identity=case.get("compare") == "identity")
            checked += 1
            if found:
                problems.append((case["id"], found))
    for case in cases("reply"):
        root = oracle.decode_reply(
            case["body"],
            case.get("actions", ()),
            temporaryReferences=case.get("options", {}).get("temporaryReferences", False),
        )
        found = differences(case["decoded"], root, identity=case.get("compare") == "identity")
        body = expand_body(case["body"])
        if isinstance(body, list) and "temporaryReferences" not in case:
            # What this file writes as multipart must mean what the browser's bytes mean.
            content_type, data = multipart(body)
            again = oracle.decode_reply(
                {"type": "multipart", "contentType": content_type, "base64": base64.b64encode(data).decode()},
                case.get("actions", ()),
            )
            found += differences(case.get("decoded_over_http", case["decoded"]), again)
        checked += 1
        if found:
            problems.append((case["id"], found))

assert limited(lambda: 1 + 1, 2, 50) == 2
for bad in (lambda: sum(i * i for i in range(10**9)), lambda: len(bytearray(b"x") * 300_000_000)):
    try:
        limited(bad, 1, 100)
    except LimitExceeded:
        pass
    else:
        problems.append(("limited", ["did not notice"]))

for name, found in problems:
    print(name, *found, sep="\n    ")
print(checked, "cases,", len(problems), "problems")
raise SystemExit(bool(problems))
