"""A matter as the table that `catalogue.read_matter` reads: what is kept of a version, with every name as its code."""

from collections.abc import Iterable
from typing import assert_never

from catalogue.matters import (
    AllOf,
    AnyOf,
    Certificate,
    Items,
    Lenience,
    Material,
    Matter,
    Own,
    Path,
    Replacement,
    Role,
    Theme,
)


def matter_document(matter: Matter) -> dict[str, object]:
    """The table, in the order in which it is written: its version and days stand beside it, what the catalogue makes of it
    (`items`, `marked`) is found anew.
    """
    return {
        "code": matter.code,
        "title": matter.title,
        "title_en": matter.title_en,
        "department": matter.department,
        **_written(note=matter.note, demo_key=matter.demo_key),
        "basis": [
            {"title": one.title, **_written(number=one.number, clause=one.clause), "checked": one.checked}
            for one in matter.basis
        ],
        "elsewhere": [
            {"division": one.division, "department": one.department, "checked": one.checked} for one in matter.elsewhere
        ],
        "role": {name: _role(role) for name, role in matter.roles.items()},
        "situation": {code: {"title": one.title, "title_en": one.title_en} for code, one in matter.situations.items()},
        "material": {one.code: _material(one) for one in matter.materials},
        "items": list(matter.declared),
    }


def _role(role: Role) -> dict[str, object]:
    return {
        "title": role.title,
        "title_en": role.title_en,
        "kinds": [str(kind) for kind in role.kinds],
        "least": role.least,
        **({} if role.most is None else {"most": role.most}),
        **_written(acts_for=list(role.acts_for)),
    }


def _material(material: Material) -> dict[str, object]:
    replaced, lenience = material.replaced_by, material.lenience
    return {
        "title": material.title,
        "title_en": material.title_en,
        **_written(note=material.note, situations=list(material.situations)),
        "statutory": material.statutory,
        **_written(barred=material.barred, checked=material.checked),
        **({} if lenience is None else {"lenience": _lenience(lenience)}),
        **({} if replaced is None else {"replaced_by": _replacement(replaced)}),
    }


def _lenience(lenience: Lenience) -> dict[str, object]:
    return {"kind": str(lenience.kind), "working_days": lenience.working_days, "checked": lenience.checked}


def _replacement(replacement: Replacement) -> dict[str, object]:
    match replacement:
        case Items(paths=paths, absence=absence):
            return {"items": _paths(paths), **_written(absence=absence)}
        case Certificate(role=role, types=types, valid=valid):
            return {"certificates": list(types), "of": role, "valid": valid}
        case Own(title=title, title_en=title_en, paths=paths):
            return {"own": {"title": title, "title_en": title_en, **_written(items=_paths(paths))}}
        case Theme(title=title, title_en=title_en, provider_title=provider, absence=absence):
            return {"theme": {"title": title, "title_en": title_en, "provider": provider, **_written(absence=absence)}}
        case AnyOf(parts=parts):
            return {"any": [_replacement(part) for part in parts]}
        case AllOf(parts=parts):
            return {"all": [_replacement(part) for part in parts]}
        case _:
            assert_never(replacement)


def _paths(paths: Iterable[Path]) -> list[str]:
    return [".".join(path) for path in paths]


def _written(**values: object) -> dict[str, object]:
    """Those that say something: an empty text, list or false is left out, as in the files."""
    return {name: value for name, value in values.items() if value}
