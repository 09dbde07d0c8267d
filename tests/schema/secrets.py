"""Numbers that conform, made here, and a search for traces of them."""

import gc
from typing import Any

from standards.identity_number import check_digit

NUMBER = "32010219900307765" + check_digit("32010219900307765")
OTHER = "32050119851120341" + check_digit("32050119851120341")
BROKEN = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")


def texts_within(thing: Any) -> list[str]:
    """Every string that can be reached from the thing through data (not through modules, classes and functions' globals)."""
    seen: set[int] = set()
    waiting, found = [thing], []
    skipped = (type, type(gc), type(texts_within))
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, str | bytes):
            found.append(one if isinstance(one, str) else one.decode("latin-1"))
        elif callable(one) and getattr(one, "__closure__", None):
            waiting += [cell.cell_contents for cell in one.__closure__]
        elif not isinstance(one, skipped):
            waiting += gc.get_referents(one)
    return found
