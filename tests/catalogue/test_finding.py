"""A finding says in both languages what is wrong: whoever maintains the catalogue need not read English."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.finding import Finding

ROOMS = ("catalogue", "commands", "resolvers", "storage")
ZH_AT = {
    "Finding": 3,
    "fault": 2,
    "_Fault": 2,
    "breach": 2,
    "entry_breach": 4,
    "Breach": 3,
    "sheet_fault": 2,
    "cell_fault": 4,
}
"""Where the Chinese stands among the arguments of whatever makes a finding."""


@pytest.mark.parametrize(
    ("message", "message_zh"),
    [("is missing", ""), ("", "缺少此项"), ("is missing", "is missing"), ("is missing", "write it")],
)
def test_a_finding_without_chinese_or_english_cannot_be_made(message: str, message_zh: str) -> None:
    with pytest.raises(ValueError, match=r"resource\.Person"):
        Finding("population.toml", "resource.Person", message, message_zh)


def test_every_finding_that_is_written_out_says_it_in_chinese() -> None:
    written = list(_written())
    assert len(written) > 100
    assert [place for place, text in written if not any("\u4e00" <= one <= "\u9fff" for one in text)] == []


def _written() -> Iterator[tuple[str, str]]:
    """Place and Chinese words of every call that states them in place, or by a name that the function sets to words."""
    for path in (path for room in ROOMS for path in sorted(Path(room).rglob("*.py"))):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                named = _named(function)
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and (at := ZH_AT.get(_callee(call))) and len(call.args) > at:
                        given = call.args[at]
                        text = named.get(given.id) if isinstance(given, ast.Name) else _text(given)
                        if text is not None:
                            yield f"{path}:{call.lineno}", text


def _callee(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _named(function: ast.AST) -> dict[str, str]:
    """The words that names are set to in it, also two at once."""
    found: dict[str, str] = {}
    for one in ast.walk(function):
        if isinstance(one, ast.Assign) and isinstance(target := one.targets[0], ast.Name | ast.Tuple):
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = one.value.elts if isinstance(one.value, ast.Tuple) else [one.value]
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and (text := _text(value)) is not None:
                    found[name.id] = text
    return found


def _text(given: ast.expr) -> str | None:
    """The constant parts of a text."""
    match given:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return None
