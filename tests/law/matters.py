"""What the two worlds of matters have in common: a matter with one material, as a table."""

from typing import Any

from tests.law.cases import department

POLICE = department("public_security")


def table(code: str, replaced_by: dict[str, Any] | None, declared: list[str], *, barred: bool) -> dict[str, Any]:
    """The matter with the material `proof`, as `catalogue.read_matter` reads it."""
    role = {"least": 0, "title": "角色", "title_en": "role"}
    material: dict[str, Any] = {"title": "证明", "title_en": "proof", "barred": barred}
    if replaced_by is not None:
        material["replaced_by"] = replaced_by
    return {
        "code": code, "title": "案例事项", "title_en": "a case's matter", "department": POLICE,
        "basis": [{"title": "案例依据"}], "items": declared,
        "role": {"applicant": {**role, "kinds": ["person"], "least": 1}, "company": {**role, "kinds": ["organisation"]}},
        "material": {"proof": material},
    }  # fmt: skip


def verdict(marked: bool) -> str:
    """How a case tells the mark."""
    return "MARKED" if marked else "UNMARKED"
