"""What replaces a material, in words for whoever sits at a counter or maintains the list: Chinese, and English."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, assert_never

from catalogue.licence_types import LicenceType
from catalogue.matter_items import ways
from catalogue.matters import AllOf, AnyOf, Certificate, Items, Matter, Own, Path, Replacement, Theme
from catalogue.model import Catalogue


class Told(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str


def replacement_text(
    catalogue: Catalogue, types: Mapping[str, LicenceType], matter: Matter, replacement: Replacement
) -> Told:
    """What replaces it, in one sentence without an end. `types`: the certificate types by code."""
    match replacement:
        case Items(paths=paths, absence=absence):
            zh, en = _items(catalogue, matter, paths)
            return Told(f"{zh}（查无记录即为证明）", f"{en} (no record found is the proof)") if absence else Told(zh, en)
        case Certificate(role=role, types=codes):
            names = [types[code].name if code in types else code for code in codes]
            whose = matter.roles.get(role)
            zh, en = (role, role) if whose is None else (whose.title, whose.title_en)
            return Told(f"{zh}的电子证照：{'或'.join(names)}", f"electronic certificate of the {en}: {' or '.join(names)}")
        case Own(title=title, title_en=title_en):
            return Told(f"本部门自有：{title}", f"the department's own: {title_en}")
        case Theme(title=title, title_en=title_en, provider_title=provider, absence=absence):
            zh = f"{title}（{provider or '已不在目录'}，不在本目录）"
            en = f"{title_en} (outside this catalogue)"
            return Told(f"{zh}，查无记录即为证明", f"{en}; no record found is the proof") if absence else Told(zh, en)
        case AnyOf(parts=parts):
            return _joined((replacement_text(catalogue, types, matter, part) for part in parts), "；或者", "; or ")
        case AllOf(parts=parts):
            return _joined((_bracketed(catalogue, types, matter, part) for part in parts), "；并且", "; and ")
        case _:
            assert_never(replacement)


def _bracketed(catalogue: Catalogue, types: Mapping[str, LicenceType], matter: Matter, part: Replacement) -> Told:
    told = replacement_text(catalogue, types, matter, part)
    return Told(f"（{told.zh}）", f"({told.en})") if isinstance(part, AnyOf) else told


def _joined(parts: Iterable[Told], zh: str, en: str) -> Told:
    listed = list(parts)
    return Told(zh.join(one.zh for one in listed), en.join(one.en for one in listed))


def _items(catalogue: Catalogue, matter: Matter, paths: Iterable[Path]) -> Told:
    """The items by role: `申请人：婚姻登记记录·婚姻状况`."""
    by_role: dict[str, list[Path]] = {}
    for path in paths:
        by_role.setdefault(path[0], []).append(path)
    zh, en = [], []
    for role, of_role in by_role.items():
        held = matter.roles.get(role)
        zh.append(f"{held.title if held else role}：{'、'.join(_title(catalogue, matter, path) for path in of_role)}")
        en.append(f"{held.title_en if held else role}: {', '.join('.'.join(path[1:]) for path in of_role)}")
    return Told("，".join(zh), "; ".join(en))


def _title(catalogue: Catalogue, matter: Matter, path: Path) -> str:
    found = ways(catalogue, matter.roles, path)
    return "·".join(catalogue.entries[each].title for each in found[0]) if found else ".".join(path[1:])
