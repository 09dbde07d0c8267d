"""What differs from the case's last checks: every material and position, hashed under a key and never kept in clear.

The next check names the same subjects, but perhaps in another order, along with other matters, or under another response
key. So a position is kept by whose it is and what it is, not by where it stood: the rank of its subject's code among those
of the role, and the path below it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from resolvers.materials.content import Content
from resolvers.materials.examine import Examination
from resolvers.materials.result import CheckedMaterial, path_text, value_text
from resolvers.ports import SubjectHash
from resolvers.ports.cases import KeptCheck


class Compared(NamedTuple):
    """`changed`: by material code, and by that and response path, whether it differs from the last check that covered the
    material; without those of which there was none. `digests`: what the next check is compared with.
    """

    changed: Mapping[str, bool]
    digests: Mapping[str, bytes]


class _Told(NamedTuple):
    """A material or position: how this answer names it, how it is kept, and what was told of it."""

    shown: str
    kept: str
    text: str


def compare(
    examination: Examination,
    materials: Sequence[CheckedMaterial],
    before: Mapping[str, KeptCheck],
    digest: SubjectHash,
    case: str,
) -> Compared:
    """One check beside the newest ones of its case, by material. What has not changed keeps its digest, so that it stays
    comparable with the former one after the key was rotated, too. `case`: department and number; they are part of what is
    hashed, so that no digest tells who else has the same sex or marital status.
    """
    ranks = _ranks(examination)
    changed: dict[str, bool] = {}
    digests: dict[str, bytes] = {}
    for material in materials:
        former = before.get(material.code)
        for told in _told(examination, material, ranks):
            text = f"{case}\x1f{told.kept}\x1f{told.text}"
            held = None if former is None else former.digests.get(told.kept)
            stays = held is not None and held in digest.all_of(text)
            digests[told.kept] = held if held is not None and stays else digest(text)
            if former is not None:
                changed[told.shown] = not stays
    return Compared(changed, digests)


def _ranks(examination: Examination) -> Mapping[tuple[str, int], int]:
    """The rank of each subject's code among those of its role, by response key and number."""
    by_role: dict[str, list[tuple[str, str, int]]] = {}
    for asked in examination.examiner.composed.asked:
        for number, code in enumerate(examination.keys[asked.variable]):
            by_role.setdefault(asked.taken.role, []).append((str(code), asked.alias, number + asked.first))
    return {
        (alias, number): rank
        for of_role in by_role.values()
        for rank, (_, alias, number) in enumerate(sorted(of_role))
    }  # fmt: skip


def _told(examination: Examination, material: CheckedMaterial, ranks: Mapping[tuple[str, int], int]) -> Iterator[_Told]:
    code, positions = material.code, []
    for content in material.contents:
        value = value_text(content.value)
        text = f"{content.outcome}\x1f{content.reason}\x1f{'' if value is None else '=' + value}"
        kept = f"{code} {_position(examination.examiner.path, content, ranks)}"
        positions.append(_Told(f"{code} {path_text(content)}", kept, text))
    positions.sort(key=lambda one: one.kept)
    parts = [str(material.standing.verdict), str(material.standing.reason), *(one.text for one in positions)]
    yield _Told(code, code, "\x1e".join(parts))
    yield from positions


def _position(check: tuple[str, ...], content: Content, ranks: Mapping[tuple[str, int], int]) -> str:
    """`buyer.1.marriageRecord.status`: of the second buyer by code."""
    alias, *below = content.path[len(check) :]
    if below and isinstance(below[0], int):
        below = below[1:]
    rank = ranks[str(alias), content.subject]
    return ".".join(map(str, (content.place.role, rank, *below)))
