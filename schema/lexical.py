"""A document's text, split into its literals and all the rest, without parsing.

The rest (the skeleton) names what is asked; the literals may name a person. Only the skeleton may be remembered. It holds a
mark for each string, integer and float, which no valid document can contain, so that two texts share a skeleton only if
they differ in literals and comments alone. GraphQL specification, §2.1.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from graphql import FloatValueNode, GraphQLError, IntValueNode, StringValueNode
from graphql.language import Lexer, Source

_LITERALS = re.compile(
    r"""(["#\-0-9](?:                    # one set of first characters: the search skips to it
        (?<=")(?:
            ""(?<=\"{3})(?>(?:[^"\\]++|\\\"{3}|\\|"(?!""))*+)\"{3}
          | (?!"")(?:[^"\\\n\r]++|\\[^\n\r])*+" )
      | (?<=\#)[^\n\r]*+
      | (?: (?<=-)(?:0|[1-9][0-9]*+)
          | (?<![A-Za-z0-9_][0-9])(?:(?<=0)|(?<=[1-9])[0-9]*+) )
        (?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?
    ))""",
    re.VERBOSE,
)
_TOKENS = re.compile(r"\.\.\.|[A-Za-z_][A-Za-z0-9_]*+|[!$&()\[\]{}:=@|]|\0")
_MARK = "\0"

LiteralNode = StringValueNode | IntValueNode | FloatValueNode


class Lexed(NamedTuple):
    """`skeleton`: the text without literals and comments. `literals`: as written, in order."""

    skeleton: str
    literals: Sequence[str]


def lex(text: str) -> Lexed | None:
    """The text's two halves; None where the text holds the mark itself and so can't be a document."""
    if _MARK in text:
        return None
    parts = _LITERALS.split(text)
    if len(parts) == 1:
        return Lexed(text, ())
    literals = []
    for position in range(1, len(parts), 2):
        literal = parts[position]
        first = literal[0]
        if first == "#":
            parts[position] = ""
            continue
        literals.append(literal)
        parts[position] = "\0s" if first == '"' else "\0f" if _is_float(literal) else "\0i"
    return Lexed("".join(parts), literals)


def starts_of(text: str) -> dict[int, int]:
    """Offset in the text → place among the literals."""
    found = (match.start() for match in _LITERALS.finditer(text) if match[0][0] != "#")
    return {start: index for index, start in enumerate(found)}


def count_tokens(skeleton: str) -> int:
    """The number of lexical tokens, comments not counted."""
    return sum(1 for _ in _TOKENS.finditer(skeleton.replace("\0s", "\0").replace("\0i", "\0").replace("\0f", "\0")))


def node_of(literal: str) -> LiteralNode:
    """The literal as a fresh value node. Raises GraphQLError where its escapes are malformed."""
    if literal[0] == '"':
        return StringValueNode(value=text_of(literal), block=literal.startswith('"""'))
    return FloatValueNode(value=literal) if _is_float(literal) else IntValueNode(value=literal)


def text_of(literal: str) -> str:
    """What a string literal says. Raises GraphQLError where its escapes are malformed, or one names U+0000."""
    if "\\" not in literal and not literal.startswith('"""'):
        return literal[1:-1]
    text = Lexer(Source(literal)).advance().value or ""
    if _MARK in text:
        raise GraphQLError("a string holds the character U+0000, which no register does")
    return text


def canonical(literal: str) -> str:
    """Equal for two literals exactly where validation takes them for equal arguments."""
    if literal[0] != '"':
        return literal
    return f"block {text_of(literal)}" if literal.startswith('"""') else f'"{text_of(literal)}"'


def _is_float(literal: str) -> bool:
    return "." in literal or "e" in literal or "E" in literal
