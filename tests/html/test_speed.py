import gc
import time

from jetbridge.html import div, table, td, tr


def as_elements():
    return table(class_name="t")[[tr(class_name="r")[[td(class_name="c")["x"] for _ in range(5)]] for _ in range(400)]]


def as_lists():
    def row():
        cells = [["$", "td", None, {"className": "c", "children": "x"}] for _ in range(5)]
        return ["$", "tr", None, {"className": "r", "children": cells}]

    return ["$", "table", None, {"className": "t", "children": [row() for _ in range(400)]}]


def fastest(build):
    """Seconds of the fastest of many runs, which is the one that nothing else disturbed."""
    best = float("inf")
    for _ in range(25):
        start = time.perf_counter()
        build()
        best = min(best, time.perf_counter() - start)
    return best


def test_building_is_cheap():
    """An element with a class and a child costs at most seven times the bare lists that say the same."""
    gc.disable()
    try:
        ratio = fastest(as_elements) / fastest(as_lists)
    finally:
        gc.enable()

    assert ratio < 7, f"{ratio:.1f} times"


def test_unused_elements_cost_nothing():
    """Memory of an element is that of its props and three slots."""
    assert not hasattr(div(), "__dict__")
