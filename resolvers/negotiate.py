"""Media types of GraphQL over HTTP: what the caller may send, and in which form it is answered (RFC 9110 §12.5.1)."""

from dataclasses import dataclass
from functools import lru_cache

MAX_HEADER_CHARACTERS = 2_000
MAX_RANGES = 32


@dataclass(frozen=True, slots=True)
class Media:
    """A form of the answer. `legacy`: refusals of a well-formed request have status 200, as before the specification."""

    name: str
    legacy: bool

    @property
    def content_type(self) -> bytes:
        """The answer's Content-Type."""
        return f"{self.name}; charset=utf-8".encode()


RESPONSE_JSON = Media("application/graphql-response+json", legacy=False)
PLAIN_JSON = Media("application/json", legacy=True)


@lru_cache(maxsize=512)
def choose_media(accept: str | None) -> Media | None:
    """The form that the header `Accept` asks for; None where it takes neither.

    Without a header, and for ranges such as `*/*`, it is `application/json`: so a caller from before the specification
    reads on (GraphQL over HTTP, Legacy Watershed). At equal quality `application/graphql-response+json` wins if named.
    """
    if accept is None:
        return PLAIN_JSON
    if len(accept) > MAX_HEADER_CHARACTERS:
        return None
    ranges = [entry for text in accept.split(",")[:MAX_RANGES] if (entry := _parse_range(text)) is not None]
    modern, named = _quality(RESPONSE_JSON, ranges)
    plain, _ = _quality(PLAIN_JSON, ranges)
    if modern > plain or (modern == plain > 0 and named):
        return RESPONSE_JSON
    return PLAIN_JSON if plain > 0 else None


@lru_cache(maxsize=512)
def takes_body(content_type: str | None) -> bool:
    """Whether a body of this Content-Type is read: `application/json` in UTF-8, which it also is without a charset."""
    if content_type is None or len(content_type) > MAX_HEADER_CHARACTERS:
        return False
    name, *parameters = content_type.split(";")
    return name.strip().lower() == PLAIN_JSON.name and _is_utf8(parameters)


@dataclass(frozen=True, slots=True)
class _Range:
    name: str
    quality: float


def _parse_range(text: str) -> _Range | None:
    name, *parameters = text.split(";")
    quality = 1.0
    rest = []
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                quality = min(max(float(value.strip()), 0.0), 1.0)
            except ValueError:
                return None
        else:
            rest.append(parameter)
    return _Range(name.strip().lower(), quality) if _is_utf8(rest) and quality == quality else None


def _is_utf8(parameters: list[str]) -> bool:
    """Whether no parameter asks for another charset."""
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8"):
            return False
    return True


def _quality(media: Media, ranges: list[_Range]) -> tuple[float, bool]:
    """The quality that the most specific range gives, and whether the type is named itself."""
    for name in (media.name, "application/*", "*/*"):
        found = [entry.quality for entry in ranges if entry.name == name]
        if found:
            return max(found), name == media.name
    return 0.0, False
