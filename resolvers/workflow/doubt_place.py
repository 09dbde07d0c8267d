"""Which item of whom a doubt is about: read from the recorded entry that the answer's receipt leads to.

Only what the receipt's query asked can be doubted: a value that stood there, also null, masked or compared, and a row, also
one that was not found.
"""

from collections.abc import Mapping, Sequence

import errors
from catalogue.model import Catalogue, Coordinate, ItemCode, Relation
from ledger.entry import PositionOutcome
from resolvers.ports import SubjectHash
from resolvers.ports.receipts import RecordedEntry
from resolvers.workflow.inputs import invalid
from sharing.decision import Outcome
from sharing.doubt import ARTICLE, Place
from sharing.terms import Entry, entries_by_code

MOST_CHARACTERS = 1_000


def find_place(
    catalogue: Catalogue, entry: RecordedEntry, path: str, subject: str | None, subject_hash: SubjectHash
) -> tuple[Place, Entry]:
    """The place and the catalogue's entry of its item. `path` is dotted, with or without indexes; `subject` a code.

    Raises POSITION_NOT_ASKED, INPUT_INVALID where `subject` is lacking or is none of those who stood there.
    """
    plain = without_indexes(path)
    entries = entries_by_code(catalogue)
    stood = [one for one in entry.outcomes if one.path == plain and one.item in entries]
    if stood:
        told = _telling(stood, entries)
        item, outcome = ItemCode(told.item), told.outcome
    else:
        item, outcome = _row_item(catalogue, entry, plain, entries), Outcome.SHARED
    resource, found = entries[item]
    if _kept_back(entry, plain, isinstance(found, Relation)):
        outcome = Outcome.WITHHELD
    # a relation is its parent's: what stands at its own path is whose rows it leads to
    at = plain.rpartition(".")[0] if isinstance(found, Relation) else plain
    reference = _subject(_references(entry.subjects, at), subject, subject_hash)
    case = None if entry.purpose is None else entry.purpose.case
    return Place(str(entry.id), plain, item, outcome, reference.hex(), case), (resource, found)


def without_indexes(path: str) -> str:
    """`persons.0.name` → `persons.name`. Raises INPUT_INVALID for what is no path."""
    parts = path.split(".")
    if len(path) > MOST_CHARACTERS or not path.isprintable() or not all(parts):
        raise invalid(
            "`path` is no position", "write it as in the answer, dotted: `person.licences.0.status`", article=ARTICLE
        )
    return ".".join(part for part in parts if not part.isdecimal())


def _telling(stood: Sequence[PositionOutcome], entries: Mapping[ItemCode, Entry]) -> PositionOutcome:
    """Of several things said of one position: of the relation before what hides its rows, told before withheld."""
    return min(
        stood,
        key=lambda one: (
            not isinstance(entries[ItemCode(one.item)][1], Relation),
            one.outcome in (Outcome.WITHHELD, Outcome.UNDER_VERIFICATION),
            one.outcome == Outcome.SOURCE_UNAVAILABLE,
        ),
    )


def _kept_back(entry: RecordedEntry, plain: str, of_relation: bool) -> bool:
    """Whether rules may have hidden rows there: what a doubt comes to would tell whether they did. Of a relation itself also
    where it led to other rows, of the same person or another; of what is below it, where it led to none.
    """
    hiding = {path for path in entry.empty if plain == path or plain.startswith(f"{path}.")}
    if of_relation:
        hiding.add(plain)
    return any(one.path in hiding and one.outcome == Outcome.WITHHELD for one in entry.outcomes)


def _row_item(catalogue: Catalogue, entry: RecordedEntry, plain: str, entries: Mapping[ItemCode, Entry]) -> ItemCode:
    """The key of the rows that stood at this path, by the items below it."""
    if plain in entry.subjects:
        for one in entry.outcomes:
            if one.path.rpartition(".")[0] == plain and one.item in entries:
                resource = entries[ItemCode(one.item)][0]
                if resource.key is not None:
                    return catalogue.entries[Coordinate(resource.name, resource.key)].code
    raise not_asked()


def _references(subjects: Mapping[str, Sequence[bytes]], plain: str) -> Sequence[bytes]:
    """Whose data stood at a path: those of the innermost rows around it."""
    at = plain
    while at:
        if subjects.get(at):
            return subjects[at]
        at = at.rpartition(".")[0]
    raise not_asked()


def _subject(references: Sequence[bytes], subject: str | None, subject_hash: SubjectHash) -> bytes:
    if subject is None:
        if len(references) > 1:
            raise invalid(
                f"the data of {len(references)} stood at this position",
                "name in `subject` whose is in doubt: the code is hashed, and not kept",
                article=ARTICLE,
            )
        return references[0]
    known = {bytes(one) for code in spellings(subject) for one in subject_hash.all_of(code)}
    found = next((one for one in references if bytes(one) in known), None)
    if found is None:
        raise invalid(
            "`subject` is none of those whose data stood at this position",
            "compare the code with the question that was asked",
            article=ARTICLE,
        )
    return found


def spellings(code: str) -> tuple[str, ...]:
    """A code as given, and with its letters in capitals, as identity numbers and credit codes are held."""
    plain = code.strip()
    return tuple(dict.fromkeys((plain, plain.upper())))


def not_asked() -> errors.GatewayError:
    return errors.GatewayError(
        errors.POSITION_NOT_ASKED,
        "the receipt's query did not ask for this position",
        "name a position of that answer: a field, or the row itself where none was found",
        article=ARTICLE,
    )
