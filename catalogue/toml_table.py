"""Strict reading of TOML: every key is asked for by name and type, every fault is collected with its file and path."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, TypeVar

from catalogue.finding import Finding

Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")


class _Wanted(NamedTuple):
    """What a key has to hold, in both languages."""

    en: str
    zh: str


_TEXT = _Wanted("a text in quotes", "带引号的文本")
_NUMBER = _Wanted("a whole number", "整数")
_FLAG = _Wanted("`true` or `false`", "`true` 或 `false`")
_DAY = _Wanted("a day like 2017-10-26", "日期，如 2017-10-26")
_TEXTS = _Wanted("a list of texts", "文本列表")
_TABLE = _Wanted("a table", "表")
_TABLES = _Wanted("a list of tables", "表的列表")


@dataclass(slots=True)
class TomlTable:
    """One table of a file. A reader asks for what it knows, then calls `close`: what was not asked for is a fault.

    A fault leaves a harmless value behind (empty text, no entries), so that all faults of a file come out together.
    """

    file: str
    path: str
    data: dict[str, object]
    findings: list[Finding]
    asked: dict[str, None] = field(default_factory=dict)

    def fault(self, key: str, message: str, message_zh: str, hint: str = "", article: str = "") -> None:
        """Note a fault at the key (or at the table itself, for an empty key)."""
        self.findings.append(Finding(self.file, self.at(key), message, message_zh, hint, article))

    def at(self, key: str) -> str:
        """The path of a key: `resource.Person.key`."""
        return ".".join(part for part in (self.path, key) if part)

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return key in self.data

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty text; required where no default is given."""
        value = self._value(key, str, _TEXT, default)
        if value == "" and key in self.data:
            self.fault(key, "is empty", "为空", "write a text, or leave the key out if it is optional")
        return value or ""

    def optional_text(self, key: str) -> str | None:
        """A text, or None where the key is not written."""
        if key in self.data:
            return self.text(key)
        self.asked[key] = None
        return None

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number; required where no default is given."""
        return self._value(key, int, _NUMBER, default) or 0

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        return bool(self._value(key, bool, _FLAG, default))

    def day(self, key: str) -> date:
        """A day, written `2017-10-26`."""
        return self._value(key, date, _DAY, None) or date.min

    def texts(self, key: str, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        value = self._value(key, list, _TEXTS, None if required else []) or []
        if not all(isinstance(entry, str) for entry in value):
            self.fault(key, "holds something that is not a text", "含有非文本内容", 'write a list like ["a", "b"]')
            return ()
        return tuple(value)

    def word(self, key: str, words: type[Word]) -> Word | None:
        """One word of a word list; None after a fault."""
        value = self.text(key)
        return self._word(key, value, words) if value else None

    def words(self, key: str, words: type[Word]) -> tuple[Word, ...] | None:
        """Words of a word list in the order written; None where the key is not written."""
        if key not in self.data:
            self.asked[key] = None
            return None
        found = (self._word(key, value, words) for value in self.texts(key))
        return tuple(word for word in found if word is not None)

    def table(self, key: str) -> "TomlTable | None":
        """A table inside; None where it is not written."""
        value = self._value(key, dict, _TABLE, {})
        return TomlTable(self.file, self.at(key), value or {}, self.findings) if key in self.data else None

    def tables(self, key: str) -> "Iterator[tuple[str, TomlTable]]":
        """The named tables inside a table, each with its name."""
        holder = self.table(key)
        for name in holder.data if holder else ():
            assert holder is not None
            inner = holder.table(name)
            if inner is not None:
                yield name, inner

    def rows(self, key: str) -> "tuple[TomlTable, ...]":
        """A list of tables."""
        value = self._value(key, list, _TABLES, []) or []
        rows = []
        for number, row in enumerate(value):
            if isinstance(row, dict):
                rows.append(TomlTable(self.file, f"{self.at(key)}[{number}]", row, self.findings))
            else:
                self.fault(f"{key}[{number}]", "must be a table", "应当为表", "write { … }")
        return tuple(rows)

    def close(self) -> None:
        """Fault every key that nobody asked for."""
        for key in self.data:
            if key not in self.asked:
                close = get_close_matches(key, list(self.asked), 1)
                known = ", ".join(f"`{name}`" for name in self.asked)
                hint = f"did you mean `{close[0]}`?" if close else f"known keys are {known}"
                self.fault(key, "is an unknown key", "不是已知的键", hint)

    def _value(self, key: str, kind: type[Value], wanted: _Wanted, default: Value | None) -> Value | None:
        self.asked[key] = None
        if key not in self.data:
            if default is None:
                self.fault(key, "is missing", "缺少此项", f"write {wanted.en}")
            return default
        value = self.data[key]
        # In Python a bool is an int; in TOML it is not.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(key, f"must be {wanted.en}", f"应当为{wanted.zh}", f"it is `{type(value).__name__}`")
            return default
        return value

    def _word(self, key: str, value: str, words: type[Word]) -> Word | None:
        try:
            return words(value)
        except ValueError:
            known = ", ".join(f"`{word}`" for word in words)
            self.fault(key, f"`{value}` is not a known word", f"`{value}` 不是规定的用词", f"write one of {known}")
            return None


def read_toml(path: Path, findings: list[Finding]) -> TomlTable | None:
    """The file's top table; None after a fault (no such file, not UTF-8, not TOML)."""
    text = read_text(path, findings)
    return None if text is None else parse_toml(path.name, text, findings)


def read_text(path: Path, findings: list[Finding]) -> str | None:
    """The file's text; None after a fault."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        findings.append(Finding(path.name, "", "does not exist", "文件不存在", f"put the file into `{path.parent.name}/`"))
    except UnicodeDecodeError:
        findings.append(Finding(path.name, "", "is not UTF-8", "文件不是 UTF-8 编码", "save the file as UTF-8"))
    return None


def parse_toml(file: str, text: str, findings: list[Finding]) -> TomlTable | None:
    """The top table of a file's text; None after a fault."""
    try:
        return TomlTable(file, "", tomllib.loads(text), findings)
    except tomllib.TOMLDecodeError as error:
        findings.append(not_toml(file, error))
        return None


def not_toml(file: str, error: tomllib.TOMLDecodeError) -> Finding:
    """What is wrong with a text that is no TOML."""
    return Finding(file, "", f"is not TOML: {error}", "不符合 TOML 语法", "correct the file at the named line")
