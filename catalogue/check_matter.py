"""A matter held against the catalogue, and against itself: one function a rule, each fault with its place and article."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import assert_never

from catalogue.finding import Finding
from catalogue.licence_types import Holder, LicenceType
from catalogue.matter_items import named_by, ways
from catalogue.matters import AllOf, AnyOf, Certificate, Items, Matter, Own, Path, Replacement, SubjectKind, Theme
from catalogue.model import Catalogue

DUTY = "Art. 16 ¶2"
"""What can be had by sharing may not be asked for: so a matter must say what replaces each material."""
NECESSITY = "Art. 17 ¶2"
"""Only what the duty needs is declared, by its name."""
MOST_MATERIALS = 60
MOST_WORKING_DAYS = 120
_NAME = re.compile(r"[a-z][A-Za-z0-9]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HOLDERS: Mapping[SubjectKind, Holder] = {
    SubjectKind.PERSON: Holder.PERSON,
    SubjectKind.ORGANISATION: Holder.ORGANISATION,
}

Fault = tuple[str, str, str, str]
"""Place, what is wrong, what to do, article."""
LicenceTypes = Mapping[str, LicenceType]


def check_matter(catalogue: Catalogue, types: LicenceTypes, matter: Matter, file: str) -> tuple[Finding, ...]:
    """All that is wrong with it, in the order of its parts. `types`: the certificate types by code."""
    return tuple(
        Finding(file, place, message, hint, article)
        for rule in RULES
        for place, message, hint, article in rule(catalogue, types, matter)
    )


def names_are_names(_: Catalogue, __: LicenceTypes, matter: Matter) -> Iterator[Fault]:
    """Codes and names can be said in a query, a purpose and the ledger."""
    if not _CODE.fullmatch(matter.code):
        yield "code", f"`{matter.code}` is no code", "letters, digits, `.`, `-` and `_`, at most 64", ""
    named = (("role", matter.roles), ("situation", matter.situations), ("material", {m.code: m for m in matter.materials}))
    for part, names in named:
        for name in names:
            if not _NAME.fullmatch(name):
                yield f"{part}.{name}", "is no name", "a small letter, then letters and digits, at most 40", ""


def parts_are_there(catalogue: Catalogue, _: LicenceTypes, matter: Matter) -> Iterator[Fault]:
    """A matter has a basis, a department, a subject and materials."""
    if not matter.basis:
        yield (
            "basis",
            "is missing",
            "name the law that the matter rests on, `checked = false` where it is from memory",
            NECESSITY,
        )
    for number, each in enumerate((matter.department, *(one.department for one in matter.elsewhere))):
        if each not in catalogue.departments:
            place = "department" if number == 0 else f"elsewhere[{number - 1}].department"
            yield place, f"`{each}` is no department", "name one that the catalogue has", ""
    if not any(role.kinds and role.least > 0 for role in matter.roles.values()):
        yield "role", "has nobody whom the matter is about", "write a role with `kinds`, and `least` of at least 1", ""
    if not 0 < len(matter.materials) <= MOST_MATERIALS:
        yield "material", f"there are {len(matter.materials)}", f"list between 1 and {MOST_MATERIALS}", DUTY


def roles_hold(_: Catalogue, __: LicenceTypes, matter: Matter) -> Iterator[Fault]:
    """Cardinalities can be met; who acts for others acts for roles that there are."""
    for name, role in matter.roles.items():
        if role.least < 0 or (role.most is not None and (role.most < 1 or role.most < role.least)):
            yield f"role.{name}.least", "nobody can meet this", "at least 0, and `most` of at least 1 and `least`", ""
        if len(set(role.kinds)) != len(role.kinds):
            yield f"role.{name}.kinds", "names a kind twice", "name each once", ""
        for other in role.acts_for:
            if other not in matter.roles or other == name:
                yield f"role.{name}.acts_for", f"`{other}` is no other role", "name roles of this matter", ""
        if role.acts_for and not {SubjectKind.PERSON, SubjectKind.ORGANISATION}.issuperset(role.kinds):
            yield f"role.{name}.acts_for", "a thing acts for nobody", "agents are persons or organisations", ""


def situations_hold(_: Catalogue, __: LicenceTypes, matter: Matter) -> Iterator[Fault]:
    """Every situation that a material names is there, and every one that is there is named."""
    used = {situation for material in matter.materials for situation in material.situations}
    for material in matter.materials:
        for situation in material.situations:
            if situation not in matter.situations:
                place = f"material.{material.code}.situations"
                yield place, f"`{situation}` is no situation", "name situations of this matter", ""
    for situation in matter.situations:
        if situation not in used:
            yield f"situation.{situation}", "no material is needed in it", "name it in a material, or leave it out", ""


def replacements_hold(catalogue: Catalogue, types: LicenceTypes, matter: Matter) -> Iterator[Fault]:
    """What replaces a material exists: its roles, its items, its certificate types; and such a subject may hold them."""
    for material in matter.materials:
        if material.replaced_by is not None:
            place = f"material.{material.code}.replaced_by"
            yield from _replacement(catalogue, types, matter, material.replaced_by, place)


def lenience_ends(_: Catalogue, __: LicenceTypes, matter: Matter) -> Iterator[Fault]:
    """What is passed over for now is checked afterwards, by a day."""
    for material in matter.materials:
        if material.lenience is not None and not 0 < material.lenience.working_days <= MOST_WORKING_DAYS:
            place = f"material.{material.code}.lenience.working_days"
            yield place, "is no term", f"between 1 and {MOST_WORKING_DAYS} working days", ""


def declared_items_exist(catalogue: Catalogue, _: LicenceTypes, matter: Matter) -> Iterator[Fault]:
    """What a matter declares to need can be read by somebody."""
    for word in matter.declared:
        if not named_by(catalogue, word):
            message, hint = f"names `{word}`, which the catalogue lacks", "write `Person.name`, or a resource `Person`"
            yield "items", message, hint, NECESSITY


Rule = Callable[[Catalogue, LicenceTypes, Matter], Iterator[Fault]]
RULES: tuple[Rule, ...] = (
    names_are_names,
    parts_are_there,
    roles_hold,
    situations_hold,
    replacements_hold,
    lenience_ends,
    declared_items_exist,
)


def _replacement(
    catalogue: Catalogue, types: LicenceTypes, matter: Matter, replacement: Replacement, place: str
) -> Iterator[Fault]:
    match replacement:
        case Items(paths=paths):
            if not paths:
                yield f"{place}.items", "is empty", "name at least one item", DUTY
            yield from _paths(catalogue, matter, paths, f"{place}.items")
        case Own(paths=paths):
            yield from _paths(catalogue, matter, paths, f"{place}.own.items")
        case Certificate():
            yield from _certificate(types, matter, replacement, place)
        case Theme():
            pass
        case AnyOf(parts=parts) | AllOf(parts=parts):
            branch = "any" if isinstance(replacement, AnyOf) else "all"
            for number, part in enumerate(parts):
                yield from _replacement(catalogue, types, matter, part, f"{place}.{branch}[{number}]")
        case _:
            assert_never(replacement)


def _paths(catalogue: Catalogue, matter: Matter, paths: tuple[Path, ...], place: str) -> Iterator[Fault]:
    for path in paths:
        written = ".".join(path)
        if path[0] not in matter.roles:
            yield place, f"`{written}` begins with no role", _one_of(matter.roles), DUTY
        elif not ways(catalogue, matter.roles, path):
            hint = "from a role through relations to an item: `applicant.marriageRecord.status`"
            yield place, f"`{written}` leads to no item that the catalogue has", hint, "Art. 7"


def _certificate(types: LicenceTypes, matter: Matter, needed: Certificate, place: str) -> Iterator[Fault]:
    role = matter.roles.get(needed.role)
    if role is None:
        yield f"{place}.of", f"`{needed.role}` is no role", _one_of(matter.roles), DUTY
    if not needed.types:
        yield f"{place}.certificates", "is empty", "name at least one type", DUTY
    for code in needed.types:
        if code not in types:
            hint = "write a name or code of licence_types.toml"
            yield f"{place}.certificates", f"`{code}` is no certificate type", hint, DUTY
        elif role is not None and not _may_hold(types[code], role.kinds):
            message = f"`{types[code].name}` is held by nobody in role `{needed.role}`"
            yield f"{place}.of", message, "name the role of its holder", DUTY


def _may_hold(licence_type: LicenceType, kinds: tuple[SubjectKind, ...]) -> bool:
    holders = {_HOLDERS[kind] for kind in kinds if kind in _HOLDERS}
    return bool(holders) if licence_type.holder is Holder.ANY else licence_type.holder in holders


def _one_of(names: Mapping[str, object]) -> str:
    return f"its roles are {', '.join(f'`{name}`' for name in names) or 'none'}"
