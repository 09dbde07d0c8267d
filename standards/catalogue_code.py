"""Codes of government information resources (政务信息资源代码), 政务信息资源目录编制指南（试行）, 发改高技〔2017〕1272号.

类 1 digit (1 base, 2 thematic, 3 departmental) · 项 2 · 目 3 · 细目 any number of digits · `/` · sequence 6 digits.
"""

import re
from dataclasses import dataclass
from typing import Literal

from standards.faults import IdentifierFault, Part
from standards.width import to_half_width

CODE = "CATALOGUE_CODE_INVALID"
Category = Literal["BASE", "THEME", "DEPARTMENT"]
_CATEGORIES: dict[str, Category] = {"1": "BASE", "2": "THEME", "3": "DEPARTMENT"}
_SEQUENCE_DIGITS = 6


@dataclass(frozen=True, slots=True, order=True)
class CatalogueCode:
    """A resource's code in its parts, all text of digits: class 类, item 项, sub-item 目, detail 细目, sequence 顺序号."""

    class_: str
    item: str
    sub_item: str
    detail: str
    sequence: str

    def __str__(self) -> str:
        """The canonical form: with `/`, and six digits of sequence."""
        return f"{self.class_}{self.item}{self.sub_item}{self.detail}/{self.sequence}"

    @property
    def category(self) -> Category:
        """Base 基础, thematic 主题 or departmental 部门 resource."""
        return _CATEGORIES[self.class_]


def parse(text: str) -> CatalogueCode:
    """The code in its parts, from a text with or without `/`.

    With `/` a shorter sequence is filled up with zeros; without it the last six digits are the sequence.
    Raises IdentifierFault(CATALOGUE_CODE_INVALID) with part alphabet, length, category or sequence.
    """
    code = to_half_width(text)
    if not re.fullmatch("[0-9]+(?:/[0-9]+)?", code):
        raise _fault(Part.ALPHABET, "catalogue code holds more than digits and one `/`", "目录代码只能含数字和一个“/”")
    head, slash, sequence = code.partition("/")
    if not slash:
        head, sequence = head[:-_SEQUENCE_DIGITS], head[-_SEQUENCE_DIGITS:]
    if len(head) < 6:
        raise _fault(Part.LENGTH, "catalogue code is too short for class, item and sub-item", "目录代码类、项、目位数不足")
    if head[0] not in _CATEGORIES:
        raise _fault(Part.CATEGORY, f"class `{head[0]}` of the catalogue code is not 1, 2 or 3", "目录代码“类”应为1、2或3")
    if len(sequence) > _SEQUENCE_DIGITS:
        raise _fault(Part.SEQUENCE, "the sequence of the catalogue code has more than six digits", "目录代码顺序号超过6位")
    return CatalogueCode(head[0], head[1:3], head[3:6], head[6:], sequence.zfill(_SEQUENCE_DIGITS))


def canonical(text: str) -> str:
    """The canonical form of a catalogue code; raises as `parse`."""
    return str(parse(text))


def _fault(part: Part, message: str, message_zh: str) -> IdentifierFault:
    hint = "write class (1), item (2), sub-item (3), detail and `/` before six digits of sequence, as in 101001/000001"
    return IdentifierFault(CODE, part, message, message_zh, hint)
