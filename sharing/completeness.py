"""Is an application complete? All that is lacking is told at once (一次性告知), never piece by piece."""

from collections.abc import Iterator, Mapping

import errors
from sharing.application import Request, RequestedItem

_WORDS: Mapping[str, str] = {
    "items": "信息项 · what is applied for",
    "duty": "需求依据 · the duty, and the provision that states it",
    "purpose": "用途说明 · what the information is needed for",
    "handler": "经办人 · who handles it",
    "contact": "联系方式 · how the provider reaches them",
    "uses": "使用用途 · at least one of the four uses",
    "matters": "事项编码 · the matters that need it",
    "modes": "提供方式 · how it is to be provided",
    "validUntil": "使用期限 · until when it is needed",
}


def lacking(request: Request) -> tuple[str, ...]:
    """The names of all that is lacking, an item's as `<code>.<name>`; empty for a complete application."""
    return tuple(_lacking(request))


def _lacking(request: Request) -> Iterator[str]:
    if not request.items:
        yield "items"
    for name in ("duty", "purpose", "handler", "contact"):
        if not getattr(request, name).strip():
            yield name
    for item in request.items:
        for name in _lacking_of(item):
            yield f"{item.item}.{name}"


def _lacking_of(item: RequestedItem) -> Iterator[str]:
    terms = item.terms
    stated = {"uses": terms.uses, "matters": terms.matters, "modes": terms.modes, "validUntil": terms.valid_until}
    return (name for name, value in stated.items() if not value)


def in_words(name: str) -> str:
    """A name of `lacking` for people, Chinese first; an item by its code, in backticks."""
    item, _, last = name.rpartition(".")
    words = _WORDS.get(last, last)
    return f"`{item}`: {words}" if item else words


def check_complete(request: Request) -> None:
    """Raises INPUT_INVALID with everything that is lacking, in `extensions.lacking`."""
    names = lacking(request)
    if names:
        raise errors.GatewayError(
            errors.INPUT_INVALID,
            f"the application is incomplete: {len(names)} things are lacking, the first {in_words(names[0])}",
            "supply all of `lacking` with `saveApplication`, then submit it",
            article="Art. 16 ¶1",
            extensions={"lacking": list(names), "lackingInWords": [in_words(name) for name in names]},
        )
