"""JSON that has one reading: no name twice in an object, no number that is none."""

import json


def read_json(content: bytes) -> object:
    """What stands there. A file with a name twice shows one value to the eye and another to a program.

    Raises ValueError.
    """
    try:
        return json.loads(content, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    held = dict(pairs)
    if len(held) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return held


def _no_number(text: str) -> object:
    raise ValueError(f"`{text}` is no number of JSON")
