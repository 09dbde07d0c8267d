"""A matter held against the catalogue, and against itself: one function a rule, each fault with its place and article."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, assert_never

from catalogue.finding import Finding
from catalogue.licence_types import Holder, LicenceType
from catalogue.matter_items import named_by, ways
from catalogue.matters import AllOf, AnyOf, Certificate, Items, Matter, Own, Path, Replacement, SubjectKind, Theme
from catalogue.model import Catalogue, ProviderCode

DUTY = "Art. 16 ¶2"
"""What can be had by sharing may not be asked for: so a matter must say what replaces each material."""
NECESSITY = "Art. 17 ¶2"
"""Only what the duty needs is declared, by its name."""
MOST_MATERIALS = 60
MOST_WORKING_DAYS = 120
MOST_PARTS = 30
MOST_DECLARED = 200
MOST_TITLE, MOST_NOTE = 200, 1_000
MOST_PATHS, MOST_CHOICES = 60, 12
_NAME = re.compile(r"[a-z][A-Za-z0-9]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HOLDERS: Mapping[SubjectKind, Holder] = {
    SubjectKind.PERSON: Holder.PERSON,
    SubjectKind.ORGANISATION: Holder.ORGANISATION,
}

Fault = tuple[str, str, str, str, str]
"""Place, what is wrong, the same in Chinese, what to do, article."""


class Against(NamedTuple):
    """What a matter is held against: the catalogue, the certificate types by code, and which departments there are."""

    catalogue: Catalogue
    types: Mapping[str, LicenceType]
    knows: Callable[[ProviderCode], bool]


def check_matter(against: Against, matter: Matter, file: str) -> tuple[Finding, ...]:
    """All that is wrong with it, rule by rule."""
    return tuple(Finding(file, *fault) for rule in RULES for fault in rule(against, matter))


def names_are_names(_: Against, matter: Matter) -> Iterator[Fault]:
    """Codes and names can be said in a query, a purpose and the ledger."""
    if not _CODE.fullmatch(matter.code):
        hint = "letters, digits, `.`, `-` and `_`, at most 64"
        yield "code", f"`{matter.code}` is no code", f"`{matter.code}` 不是事项编码", hint, ""
    named = (("role", matter.roles), ("situation", matter.situations), ("material", {m.code: m for m in matter.materials}))
    for part, names in named:
        for name in names:
            if not _NAME.fullmatch(name):
                yield (
                    f"{part}.{name}",
                    "is no name",
                    "不是规范的名称",
                    "a small letter, then letters and digits, at most 40",
                    "",
                )


def parts_are_there(against: Against, matter: Matter) -> Iterator[Fault]:
    """A matter has a basis, a department, a subject and materials."""
    if not matter.basis:
        yield (
            "basis",
            "is missing",
            "未写明设定依据",
            "name the law that the matter rests on, `checked = false` where it is from memory",
            NECESSITY,
        )
    for number, each in enumerate((matter.department, *(one.department for one in matter.elsewhere))):
        if not against.knows(each):
            place = "department" if number == 0 else f"elsewhere[{number - 1}].department"
            yield place, f"`{each}` is no department", f"没有部门 `{each}`", "name one that the catalogue has", ""
    if not any(role.kinds and role.least > 0 for role in matter.roles.values()):
        hint = "write a role with `kinds`, and `least` of at least 1"
        yield "role", "has nobody whom the matter is about", "未写明办理对象", hint, ""
    if not 0 < len(matter.materials) <= MOST_MATERIALS:
        count = len(matter.materials)
        yield "material", f"there are {count}", f"材料有 {count} 项", f"list between 1 and {MOST_MATERIALS}", DUTY


def texts_are_short(_: Against, matter: Matter) -> Iterator[Fault]:
    """What is shown at a counter fits there, and what is written is read: titles, notes, provisions and lists."""
    for place, text, most in _texts(matter):
        if len(text) > most or not all(one.isprintable() or one == "\n" for one in text):
            yield place, "is too long, or not plain text", "过长或者含有非文本字符", f"at most {most} characters", ""
    for place, count in (("role", len(matter.roles)), ("situation", len(matter.situations)), ("basis", len(matter.basis))):
        if count > MOST_PARTS:
            yield place, f"there are {count}", f"有 {count} 项，过多", f"at most {MOST_PARTS}", ""
    if len(matter.declared) > MOST_DECLARED:
        count, hint = len(matter.declared), f"at most {MOST_DECLARED}; name a resource as a whole"
        yield "items", f"there are {count}", f"有 {count} 项，过多", hint, NECESSITY


def roles_hold(_: Against, matter: Matter) -> Iterator[Fault]:
    """Cardinalities can be met; who acts for others acts for roles that there are."""
    for name, role in matter.roles.items():
        if role.least < 0 or (role.most is not None and (role.most < 1 or role.most < role.least)):
            hint = "at least 0, and `most` of at least 1 and `least`"
            yield f"role.{name}.least", "nobody can meet this", "人数要求无法满足", hint, ""
        if len(set(role.kinds)) != len(role.kinds):
            yield f"role.{name}.kinds", "names a kind twice", "主体类别重复", "name each once", ""
        for other in role.acts_for:
            if other not in matter.roles or other == name:
                yield (
                    f"role.{name}.acts_for",
                    f"`{other}` is no other role",
                    f"`{other}` 不是本事项的其他角色",
                    "name roles of this matter",
                    "",
                )
        if role.acts_for and not {SubjectKind.PERSON, SubjectKind.ORGANISATION}.issuperset(role.kinds):
            hint = "agents are persons or organisations"
            yield f"role.{name}.acts_for", "a thing acts for nobody", "物不能代为办理", hint, ""


def situations_hold(_: Against, matter: Matter) -> Iterator[Fault]:
    """Every situation that a material names is there, and every one that is there is named."""
    used = {situation for material in matter.materials for situation in material.situations}
    for material in matter.materials:
        for situation in material.situations:
            if situation not in matter.situations:
                place = f"material.{material.code}.situations"
                hint = "name situations of this matter"
                yield place, f"`{situation}` is no situation", f"`{situation}` 不是本事项的情形", hint, ""
    for situation in matter.situations:
        if situation not in used:
            hint = "name it in a material, or leave it out"
            yield f"situation.{situation}", "no material is needed in it", "此情形不需要任何材料", hint, ""


def replacements_hold(against: Against, matter: Matter) -> Iterator[Fault]:
    """What replaces a material exists: its roles, its items, its certificate types; and such a subject may hold them."""
    for material in matter.materials:
        if material.replaced_by is not None:
            place = f"material.{material.code}.replaced_by"
            yield from _replacement(against, matter, material.replaced_by, place)


def lenience_ends(_: Against, matter: Matter) -> Iterator[Fault]:
    """What is passed over for now is checked afterwards, by a day."""
    for material in matter.materials:
        if material.lenience is not None and not 0 < material.lenience.working_days <= MOST_WORKING_DAYS:
            place = f"material.{material.code}.lenience.working_days"
            yield place, "is no term", "不是有效的期限", f"between 1 and {MOST_WORKING_DAYS} working days", ""


def declared_items_exist(against: Against, matter: Matter) -> Iterator[Fault]:
    """What a matter declares to need can be read by somebody."""
    for word in matter.declared:
        if not named_by(against.catalogue, word):
            message, zh = f"names `{word}`, which the catalogue lacks", f"目录中没有 `{word}`"
            yield "items", message, zh, "write `Person.name`, or a resource `Person`", NECESSITY


Rule = Callable[[Against, Matter], Iterator[Fault]]
RULES: tuple[Rule, ...] = (
    names_are_names,
    parts_are_there,
    texts_are_short,
    roles_hold,
    situations_hold,
    replacements_hold,
    lenience_ends,
    declared_items_exist,
)


def _texts(matter: Matter) -> Iterator[tuple[str, str, int]]:
    """Every text with its place, and how long it may be."""
    yield from (("title", matter.title, MOST_TITLE), ("title_en", matter.title_en, MOST_TITLE))
    yield "note", matter.note, MOST_NOTE
    for number, basis in enumerate(matter.basis):
        for name, text in (("title", basis.title), ("number", basis.number), ("clause", basis.clause)):
            yield f"basis[{number}].{name}", text, MOST_TITLE
    named = (("role", matter.roles), ("situation", matter.situations), ("material", {m.code: m for m in matter.materials}))
    for part, entries in named:
        for code, entry in entries.items():
            yield f"{part}.{code}.title", entry.title, MOST_TITLE
            yield f"{part}.{code}.title_en", entry.title_en, MOST_TITLE
    for material in matter.materials:
        yield f"material.{material.code}.note", material.note, MOST_NOTE


def _replacement(against: Against, matter: Matter, replacement: Replacement, place: str) -> Iterator[Fault]:
    match replacement:
        case Items(paths=paths):
            if not 0 < len(paths) <= MOST_PATHS:
                count, hint = len(paths), f"between 1 and {MOST_PATHS} items"
                yield f"{place}.items", f"names {count}", f"列有 {count} 个信息项", hint, DUTY
            yield from _paths(against.catalogue, matter, paths, f"{place}.items")
        case Own(paths=paths):
            yield from _paths(against.catalogue, matter, paths, f"{place}.own.items")
        case Certificate():
            yield from _certificate(against.types, matter, replacement, place)
        case Theme():
            pass
        case AnyOf(parts=parts) | AllOf(parts=parts):
            branch = "any" if isinstance(replacement, AnyOf) else "all"
            if len(parts) > MOST_CHOICES:
                count = len(parts)
                yield f"{place}.{branch}", f"has {count} parts", f"有 {count} 个部分，过多", f"at most {MOST_CHOICES}", ""
            for number, part in enumerate(parts):
                yield from _replacement(against, matter, part, f"{place}.{branch}[{number}]")
        case _:
            assert_never(replacement)


def _paths(catalogue: Catalogue, matter: Matter, paths: tuple[Path, ...], place: str) -> Iterator[Fault]:
    for path in paths:
        written = ".".join(path)
        if path[0] not in matter.roles:
            yield place, f"`{written}` begins with no role", f"`{written}` 不以角色开头", _one_of(matter.roles), DUTY
        elif not ways(catalogue, matter.roles, path):
            hint = "from a role through relations to an item: `applicant.marriageRecord.status`"
            message, zh = f"`{written}` leads to no item that the catalogue has", f"`{written}` 不指向目录中的信息项"
            yield place, message, zh, hint, "Art. 7"


def _certificate(types: Mapping[str, LicenceType], matter: Matter, needed: Certificate, place: str) -> Iterator[Fault]:
    role = matter.roles.get(needed.role)
    if role is None:
        yield f"{place}.of", f"`{needed.role}` is no role", f"`{needed.role}` 不是本事项的角色", _one_of(matter.roles), DUTY
    if not needed.types:
        yield f"{place}.certificates", "is empty", "未写明证照类型", "name at least one type", DUTY
    for code in needed.types:
        if code not in types:
            hint = "write a name or code of licence_types.toml"
            zh = f"`{code}` 不是证照类型"
            yield f"{place}.certificates", f"`{code}` is no certificate type", zh, hint, DUTY
        elif role is not None and not _may_hold(types[code], role.kinds):
            name = types[code].name
            message, zh = f"`{name}` is held by nobody in role `{needed.role}`", f"角色 `{needed.role}` 不能持有“{name}”"
            yield f"{place}.of", message, zh, "name the role of its holder", DUTY


def _may_hold(licence_type: LicenceType, kinds: tuple[SubjectKind, ...]) -> bool:
    holders = {_HOLDERS[kind] for kind in kinds if kind in _HOLDERS}
    return bool(holders) if licence_type.holder is Holder.ANY else licence_type.holder in holders


def _one_of(names: Mapping[str, object]) -> str:
    return f"its roles are {', '.join(f'`{name}`' for name in names) or 'none'}"
