"""The words of a search, and the texts of an entry that they are sought in.

Chinese is written without blanks: a run of it is one word and is found wherever it stands. Any other word is found where a
word begins; names are split as they are written (`idCardValidUntil`: id card valid until). Width and case do not count.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from catalogue.model import Catalogue, Coordinate, Item, Relation

WORDS_READ = 6
"""Of a search, so many words count; the rest is passed over."""
WORD_CHARACTERS = 32
TEXT_READ = 400
"""So many characters of a search are looked at, before it is split into words."""

TITLE, RESOURCE, PARTY, NOTE = 9, 6, 3, 0
"""What it is worth to stand in an entry's title, name or code, its resource's, the names of its parties, its note."""
WHOLE, BEGINNING, PART = 3, 2, 1
"""What it is worth on top to be all of the text, its beginning, a part of it: never more than the next place."""

_CHINESE = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+(?:[./-][^\W_{_CHINESE}]+)*")
_IS_CHINESE = re.compile(f"[{_CHINESE}]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Text(NamedTuple):
    """A text of an entry: its words, a blank before each run, and the weight of standing in it."""

    text: str
    weight: int


def words_of(text: str) -> tuple[str, ...]:
    """The words that a search is made of: each run of Chinese, each word or code of another script, once.

    At most `WORDS_READ`, each cut at `WORD_CHARACTERS`. What holds no word at all (`!!!`) is sought as it stands, in vain.
    """
    plain = _plain(text[:TEXT_READ])
    words = dict.fromkeys(word[:WORD_CHARACTERS] for word in _WORD.findall(plain))
    if not words and plain.strip():
        return (plain.strip()[:WORD_CHARACTERS],)
    return tuple(words)[:WORDS_READ]


def as_sought(word: str) -> str:
    """Chinese stands anywhere; any other word begins where a word begins."""
    return word if is_chinese(word) else f" {word}"


def is_chinese(word: str) -> bool:
    """Whether a character of it is Chinese."""
    return _IS_CHINESE.search(word) is not None


def best_fit(sought: str, texts: Iterable[Text]) -> int:
    """The weight of the best place and how the word fits there; 0 where it stands nowhere. Texts come by falling weight."""
    best = least = 0
    for text, weight in texts:
        if best and weight < least:
            break
        if sought in text:
            bare, whole = sought.lstrip(), text.lstrip()
            best = max(best, weight + (WHOLE if whole == bare else BEGINNING if whole.startswith(bare) else PART))
            least = weight
    return best


def pairs_of(text: str) -> tuple[str, ...]:
    """The pairs of neighbouring Chinese characters, each once."""
    found = dict.fromkeys(text[at : at + 2] for at in range(len(text) - 1))
    return tuple(pair for pair in found if len(_IS_CHINESE.findall(pair)) == 2)


class Texts:
    """Makes the texts of a catalogue's entries; what many entries have in common is made once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._providers = {
            code: f"{department.title} {_split(department.name)}" for code, department in catalogue.departments.items()
        }
        self._of_provider = {code: _text(text, PARTY) for code, text in self._providers.items()}
        self._of_resource = {
            name: tuple(_text(text, RESOURCE) for text in (resource.title, _split(name), resource.code))
            for name, resource in catalogue.resources.items()
        }
        self._of_register = {
            name: _text(f"{register.title} {_split(name)}", PARTY) for name, register in catalogue.registers.items()
        }

    def of(self, coordinate: Coordinate, entry: Item | Relation) -> tuple[Text, ...]:
        """By falling weight."""
        return (
            _text(entry.title, TITLE),
            _text(f"{_split(entry.name)} {entry.code} {entry.code.replace('/', '')}", TITLE),
            _text(entry.name, TITLE),
            _text(str(coordinate), TITLE),
            *self._of_resource[coordinate.type],
            self._of_provider.get(entry.provider, _text("", PARTY)),
            self._of_register[self._catalogue.resources[coordinate.type].register],
            _text(entry.note_zh, NOTE),
            _text(entry.note, NOTE),
        )

    def pairs(self, coordinate: Coordinate, entry: Item | Relation) -> set[str]:
        """Pairs of Chinese characters of what an entry, its resource and its provider are called."""
        resource = self._catalogue.resources[coordinate.type]
        called = (entry.title, resource.title, self._providers.get(entry.provider, ""))
        return {pair for text in called for pair in pairs_of(_plain(text))}


def _split(name: str) -> str:
    """A name's English words: `idCardValidUntil` apart at its humps."""
    return _HUMP.sub(" ", name)


def _text(text: str, weight: int) -> Text:
    """Chinese and other script are parted as a search's words are."""
    return Text("".join(f" {word}" for word in _WORD.findall(_plain(text))), weight)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
