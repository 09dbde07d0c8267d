"""`@sharing`: the catalogue's rule on each field of the SDL, for tools. People read the same in the description."""

from typing import assert_never

import strawberry
from strawberry.schema_directive import Location

from catalogue.model import Conditional, Item, NotShared, Relation, Sharing, Unconditional
from schema.enums import ItemKind, SharingForm, SharingType, SharingUse


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="sharing",
    description="共享规则 · the catalogue entry behind a field: its code and its rule of sharing (Art. 10, 11, 15).",
)
class SharingRule:
    """One field's entry, as data."""

    code: str
    type: SharingType
    kind: ItemKind
    provider: str
    forms: list[SharingForm] | None = strawberry.UNSET
    uses: list[SharingUse] | None = strawberry.UNSET
    condition: str | None = strawberry.UNSET
    scope: str | None = strawberry.UNSET
    open_form: SharingForm | None = strawberry.directive_field(name="openForm", default=strawberry.UNSET)
    row_dependent: bool | None = strawberry.directive_field(name="rowDependent", default=strawberry.UNSET)
    basis: str | None = strawberry.UNSET


def sharing_of(entry: Item | Relation) -> SharingRule:
    """The directive that prints an entry's rule."""
    rule = SharingRule(
        code=entry.code,
        type=SharingType(sharing_type(entry.sharing)),
        kind=ItemKind(entry.kind.name),
        provider=entry.provider,
    )
    if entry.rules:
        rule.row_dependent = True
    match entry.sharing:
        case Unconditional():
            rule.forms = [SharingForm("FULL")]
        case Conditional() as conditional:
            rule.forms = [SharingForm(form.name) for form in conditional.forms]
            rule.uses = [SharingUse(use.name) for use in conditional.uses]
            rule.condition = conditional.condition
            rule.scope = conditional.scope
            if conditional.open_form is not None:
                rule.open_form = SharingForm(conditional.open_form.name)
        case NotShared(basis=basis):
            rule.basis = f"{basis.title} {basis.number} {basis.clause}".strip()
        case _:
            assert_never(entry.sharing)
    return rule


def sharing_type(sharing: Sharing) -> str:
    """The name of the sharing type in GraphQL."""
    match sharing:
        case Unconditional():
            return "UNCONDITIONAL"
        case Conditional():
            return "CONDITIONAL"
        case NotShared():
            return "NOT_SHARED"
        case _:
            assert_never(sharing)
