"""A register's TOML file as drafts. Only the writing is judged here; what names mean is `catalogue.resolve`'s part."""

from typing import TypeVar

from catalogue.draft import (
    DraftEntry,
    DraftItem,
    DraftPart,
    DraftRegister,
    DraftRelation,
    DraftResource,
    DraftRule,
    DraftSharing,
    DraftTerms,
)
from catalogue.model import (
    Basis,
    BasisClass,
    Derivation,
    Form,
    Kind,
    Lookup,
    LookupKind,
    Mode,
    Opening,
    Root,
    Rows,
    UpdateCycle,
    Use,
)
from catalogue.predicate import NEVER, ItemName
from catalogue.read_predicate import read_predicate
from catalogue.toml_table import TomlTable

Value = TypeVar("Value")


def read_register(table: TomlTable) -> DraftRegister:
    """The drafts of a file; faults are left in the table's findings."""
    head = table.table("register") or TomlTable(table.file, "register", {}, table.findings)
    name, title, lead = head.text("name"), head.text("title"), head.text("lead")
    head.close()
    terms = {}
    for terms_name, terms_table in table.tables("terms"):
        terms[terms_name] = _read_terms(terms_table)
        terms_table.close()
    resources = tuple(_read_resource(resource, inner, name) for resource, inner in table.tables("resource"))
    table.close()
    return DraftRegister(table.file, name, title, lead, terms, resources)


def _read_resource(name: str, table: TomlTable, register: str) -> DraftResource:
    resource = DraftResource(
        path=table.path,
        file=table.file,
        register=register,
        name=name,
        code=table.text("code"),
        title=table.text("title"),
        provider=table.text("provider"),
        abstract=table.text("abstract", default=""),
        note=table.text("note", default=""),
        format=table.text("format", default=""),
        update_cycle=_known(table.word("update_cycle", UpdateCycle), UpdateCycle.ON_DEMAND),
        modes=table.words("modes", Mode) or (),
        network_zone=table.text("network_zone"),
        opening=table.word("opening", Opening) if table.has("opening") else None,
        opening_condition=table.text("opening_condition", default=""),
        items=tuple(_read_item(ItemName(item), inner) for item, inner in table.tables("item")),
        relations=tuple(_read_relation(ItemName(relation), inner) for relation, inner in table.tables("relation")),
        lookups=tuple(_read_lookup(lookup, inner) for lookup, inner in table.tables("lookup")),
        roots=tuple(_read_root(root, inner) for root, inner in table.tables("root")),
        rules=tuple(_read_rule(rule) for rule in table.rows("rules")),
        key=_read_name(table, "key"),
        subject=_read_name(table, "subject"),
        division=_read_name(table, "division"),
        published_when=read_predicate(when) if (when := table.table("published_when")) else None,
        verify=tuple(map(ItemName, table.texts("verify"))),
        ordered_by=tuple(map(ItemName, table.texts("ordered_by"))),
        parted_by=_read_name(table, "parted_by"),
        parts=tuple(map(_read_part, table.rows("part"))),
    )
    if (resource.parted_by is None) != (not resource.parts):
        table.fault(
            "parted_by", "and `part` go together", "`parted_by` 与 `part` 应同时给出", "state both or neither", "Art. 4(3)"
        )
    table.close()
    return resource


def _read_part(table: TomlTable) -> DraftPart:
    part = DraftPart(table.path, table.text("provider"), table.texts("values", required=True))
    table.close()
    return part


def _read_item(name: ItemName, table: TomlTable) -> DraftItem:
    internal = table.flag("internal")
    item = DraftItem(
        entry=_read_entry(name, table, internal),
        type=table.text("type"),
        mask=table.optional_text("mask"),
        match=table.optional_text("match"),
        derivation=_read_derivation(inner) if (inner := table.table("derivation")) else None,
        standard=table.optional_text("standard"),
        datum=table.optional_text("datum"),
    )
    table.close()
    return item


def _read_relation(name: ItemName, table: TomlTable) -> DraftRelation:
    entry = _read_entry(name, table, internal=False)
    targets: list[tuple[str, str | None]] = []
    for target in table.rows("targets"):
        targets.append((target.text("to"), target.text("when")))
        target.close()
    if table.has("target"):
        targets.append((table.text("target"), None))
    elif not targets:
        table.fault("target", "is missing", "未写明关联目标", "write `Resource.lookup`, or `targets` for a union")
    relation = DraftRelation(
        entry=entry,
        key=ItemName(table.text("key")),
        targets=tuple(targets),
        many=table.flag("many"),
        linkable=table.flag("linkable"),
        component=table.flag("component"),
        discriminator=_read_name(table, "discriminator"),
        union=table.optional_text("union"),
    )
    table.close()
    return relation


def _read_entry(name: ItemName, table: TomlTable, internal: bool) -> DraftEntry:
    kind = Kind.BUSINESS if internal else _known(table.word("kind", Kind), Kind.BUSINESS)
    return DraftEntry(
        path=table.path,
        name=name,
        seq=table.integer("seq"),
        title=table.text("title", default=""),
        kind=kind,
        sharing=None if internal else _read_sharing(table),
        provider=table.optional_text("provider"),
        rules=tuple(_read_rule(rule) for rule in table.rows("rules")),
        note=table.text("note", default=""),
        note_zh=table.text("note_zh", default=""),
    )


def _read_rule(table: TomlTable) -> DraftRule:
    when = table.table("when")
    if when is None:
        table.fault("when", "is missing", "未写明按行规则的条件", "write the condition on the row")
    rule = DraftRule(
        path=table.path,
        when=read_predicate(when) if when else NEVER,
        sharing=_read_sharing(table),
        note=table.text("note", default=""),
        note_zh=table.text("note_zh", default=""),
        article=table.text("article", default=""),
        applies_to=_read_applies_to(table),
    )
    table.close()
    return rule


def _read_applies_to(table: TomlTable) -> tuple[str, ...] | None:
    match table.data.get("applies_to"):
        case list():
            return table.texts("applies_to")
        case None | "all":
            table.asked["applies_to"] = None
        case _:
            table.asked["applies_to"] = None
            table.fault(
                "applies_to", "names no entries", "未指明信息项或者关联", 'write "all" or a list of items and relations'
            )
    return None


def _read_sharing(table: TomlTable) -> DraftSharing:
    if not table.has("sharing"):
        table.fault(
            "sharing",
            "is missing: what is not labelled is not withheld in silence",
            "未注明共享类型：以共享为原则，不得默认为不予共享",
            "write `unconditional`, `conditional` or `not_shared`",
            "Art. 4(1)",
        )
    return DraftSharing(
        path=table.at("sharing"),
        word=table.text("sharing", ""),
        terms=table.optional_text("terms"),
        own=_read_terms(table),
        basis=_read_basis(inner) if (inner := table.table("basis")) else None,
    )


def _read_terms(table: TomlTable) -> DraftTerms:
    return DraftTerms(
        condition=table.optional_text("condition"),
        scope=table.optional_text("scope"),
        uses=table.words("uses", Use),
        forms=table.words("forms", Form),
        rows=table.words("rows", Rows),
        open_form=table.word("open_form", Form) if table.has("open_form") else None,
    )


def _read_basis(table: TomlTable) -> Basis | None:
    basis_class = table.word("class", BasisClass)
    basis = Basis(table.text("title"), table.text("number"), table.text("clause"), _known(basis_class, BasisClass.LAW))
    table.close()
    return basis


def _read_derivation(table: TomlTable) -> Derivation:
    derivation = Derivation(
        op=table.text("op"),
        items=tuple(map(ItemName, table.texts("items", required=True))),
        years=table.integer("years") if table.has("years") else None,
        via=_read_name(table, "via"),
    )
    table.close()
    return derivation


def _read_lookup(name: str, table: TomlTable) -> Lookup:
    lookup = Lookup(
        name=name,
        kind=_known(table.word("kind", LookupKind), LookupKind.EQUALS) if table.has("kind") else LookupKind.EQUALS,
        item=ItemName(table.text("item")),
        unique=table.flag("unique"),
        filter=read_predicate(inner) if (inner := table.table("filter")) else None,
    )
    table.close()
    return lookup


def _read_root(field: str, table: TomlTable) -> Root:
    root = Root(
        field=field,
        lookup=table.text("lookup"),
        argument=table.text("argument", default=""),
        title=table.text("title"),
        batch=table.flag("batch"),
    )
    table.close()
    return root


def _read_name(table: TomlTable, key: str) -> ItemName | None:
    text = table.optional_text(key)
    return None if text is None else ItemName(text)


def _known(word: Value | None, otherwise: Value) -> Value:
    """The word; after a fault another, so that reading goes on (the fault stops the start anyway)."""
    return otherwise if word is None else word
