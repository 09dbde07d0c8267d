"""What is told beside the data: an outcome for each response position, and what the ledger keeps of them.

The part that holds on every row is made once per pruned plan; what depended on rows is added per answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import orjson

import errors
from ledger.entry import PositionOutcome, encode_outcomes
from resolvers.day import tomorrow
from resolvers.plan.pruned import PLAIN, Note, Pruned, RelationSlot, RowShape
from resolvers.shape import Shaping
from sharing.decision import Reason, Remedy
from sharing.material import MaterialReason
from sharing.open_doubts import ACCEPT_VALID_PROOF

COUNTED_BY_DAY = (Reason.QUOTA_EXHAUSTED, Reason.ATTEMPTS_EXHAUSTED)
"""What is withheld for these is expected on the next day."""
COUNTS_KEPT = 20
PATHS_A_NOTE = 1_000
"""An outcome lists at most this many rows; `rowCount` says how many there are."""


@dataclass(frozen=True, slots=True)
class Report:
    """`brief` leaves out what is plainly shared, `full` has every position; `recorded` goes to the ledger.

    All three are JSON arrays' inner text, without brackets, so that an answer is assembled and not serialised again.
    """

    notes: tuple[Note, ...]
    brief: bytes
    full: bytes
    recorded: bytes
    relations: tuple[tuple[str, ...], ...] = ()
    """The paths of all relations that are read."""
    encoded: dict[tuple[int, int], bytes] = field(default_factory=dict)
    """Notes as the ledger spells them, by number and count: small counts recur."""


def compile_report(pruned: Pruned, whole_again: date | None = None) -> Report:
    """The constant part of every report on this pruned plan. `whole_again`: when quotas that are used up count anew."""
    always = [note for note in pruned.notes if note.always]
    brief = [_outcome(note, whole_again) for note in always if note.outcome not in PLAIN]
    return Report(
        pruned.notes,
        _inner(brief),
        _inner([_outcome(note, whole_again) for note in always]),
        encode_outcomes([_record(note) for note in always]),
        tuple(dict.fromkeys(path for root in pruned.roots if root.rows is not None for path in _relations(root.rows))),
    )


def outcomes(report: Report, shaping: Shaping, full: bool, now: float) -> orjson.Fragment:
    """`extensions.sharing.outcomes` of one answer: constants first, then what held for some rows."""
    some = [
        _outcome(report.notes[number], tomorrow(now)) | _rows(paths)
        for number, paths in shaping.found.items()
        if full or report.notes[number].outcome not in PLAIN
    ]
    for number, path, reason in shaping.failures:
        some.append(_outcome(report.notes[number], None) | {"reason": reason, "rows": [path]})
    for (number, since), paths in shaping.marked.items():
        doubt = {"since": since, "accept": ACCEPT_VALID_PROOF}
        some.append(_outcome(report.notes[number], None) | doubt | _rows(paths))
    return _joined(report.full if full else report.brief, some)


def told_of_notes(notes: Iterable[Note], now: float) -> list[dict[str, object]]:
    """These notes as outcomes tell them."""
    return [_outcome(note, tomorrow(now)) for note in notes]


def recorded_outcomes(report: Report, shaping: Shaping) -> bytes:
    """The same for the ledger (`ledger.entry.encode_outcomes`); for what held on some rows, on how many."""
    parts = [report.recorded] if report.recorded else []
    encoded = report.encoded
    counts = {number: len(paths) for number, paths in shaping.found.items()} | shaping.absent
    for (number, _), paths in shaping.marked.items():
        counts[number] = counts.get(number, 0) + len(paths)
    for number, count in counts.items():
        part = encoded.get((number, count))
        if part is None:
            part = encode_outcomes([_record(report.notes[number], count)])
            if count <= COUNTS_KEPT:
                encoded[number, count] = part
        parts.append(part)
    parts += [
        encode_outcomes([replace(_record(report.notes[number], 1), reason=reason)]) for number, _, reason in shaping.failures
    ]
    return b",".join(parts)


def empty_relations(report: Report, shaping: Shaping) -> list[str]:
    """The relations that led to no row of anybody, where rows stood that they could have led from."""
    stood = shaping.subjects  # by the path of the rows; those of a relation stand one key below the rows it hangs on
    return [".".join(path) for path in report.relations if path not in stood and path[:-1] in stood]


def source_errors(report: Report, shaping: Shaping) -> list[dict[str, object]]:
    """An entry in `errors` for each position that a source left empty."""
    found: list[dict[str, object]] = []
    for number, path, reason in shaping.failures:
        coordinate = report.notes[number].position.coordinate
        error = errors.GatewayError(
            errors.SOURCE_UNAVAILABLE,
            f"the source of `{coordinate}` did not answer",
            article="Art. 17 ¶1",
            extensions={"reason": reason},
        )
        found.append(error.to_json() | {"path": path})
    return found


def _relations(rows: RowShape) -> Iterator[tuple[str, ...]]:
    for slot in rows.slots:
        if isinstance(slot, RelationSlot):
            for branch in slot.branches:
                yield branch.rows.path
                yield from _relations(branch.rows)


def _outcome(note: Note, next_day: date | None) -> dict[str, object]:
    told: dict[str, object] = {
        "path": note.position.path,
        "item": note.position.code,
        "coordinate": str(note.position.coordinate),
        "outcome": note.outcome,
        "reason": note.reason,
        "article": note.article,
        "provider": note.position.provider,
    }
    if note.remedy is not None:
        told["remedy"] = note.remedy
        if call := call_of(note.remedy, note.reason):
            told["call"] = call
        if next_day is not None and note.reason in COUNTED_BY_DAY:
            told["expected"] = next_day
    return told


def call_of(remedy: Remedy, reason: str) -> str | None:
    """The mutation to begin with (Art. 16 ¶1): what is not shared or is suspended enters at negotiation as a draft, what was
    refused is negotiated; where nothing in the platform brings it, none.
    """
    match remedy:
        case Remedy.APPLY:
            return "draftApplication"
        case Remedy.NAME_CASE:
            return "openCase"
        case Remedy.NEGOTIATE:
            return _NEGOTIATED.get(reason)
    return None


_NEGOTIATED: Mapping[str, str] = {
    Reason.NOT_SHARED: "draftApplication",
    Reason.GRANT_SUSPENDED: "draftApplication",
    MaterialReason.REFUSED: "negotiate",
}


def _rows(paths: list[tuple[str | int, ...]]) -> dict[str, object]:
    if len(paths) <= PATHS_A_NOTE:
        return {"rows": paths}
    return {"rows": paths[:PATHS_A_NOTE], "rowCount": len(paths)}


def _record(note: Note, count: int = 0) -> PositionOutcome:
    return PositionOutcome(".".join(note.position.path), note.position.code, note.outcome, note.reason, count)


def _inner(entries: list[dict[str, object]]) -> bytes:
    return orjson.dumps(entries)[1:-1]


def _joined(constant: bytes, some: list[dict[str, object]]) -> orjson.Fragment:
    if not some:
        return orjson.Fragment(b"[" + constant + b"]")
    return orjson.Fragment(b"[" + constant + (b"," if constant else b"") + _inner(some) + b"]")
