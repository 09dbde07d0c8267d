"""What a department must have handed over before its term ends (职责移交): nobody else answers for what it leaves behind.

Art. 4(3) and 9: what it provides, leads or is the source of; Art. 5: its offices; Art. 16 ¶1, 17 ¶2, 18: what waits for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from catalogue.check import entry_path, parts
from catalogue.claims import Part
from catalogue.finding import MOST_SHOWN, Finding
from catalogue.model import Catalogue, ProviderCode
from errors import INPUT_INVALID, STATE_CONFLICT, GatewayError
from sharing.parties import Office, Party

ARTICLE = "Art. 5"


@dataclass(frozen=True, slots=True)
class Awaited:
    """How many submitted applications, open cases and open doubts wait for a department."""

    applications: int = 0
    cases: int = 0
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class Duties:
    """What departments answer for: the published catalogue, what is said of sources, every appointment; what waits for this
    one.
    """

    catalogue: Catalogue
    said: Sequence[Part]
    offices: Sequence[Office]
    awaited: Awaited


def check_end(party: Party, day: date, today: date) -> None:
    """Whether the term may end so: `day` is the first on which the department no longer acts.

    Raises INPUT_INVALID for a day before tomorrow or not after its beginning; STATE_CONFLICT where it ends by then already:
    a term is ended, never prolonged.
    """
    begins, ends = party.days.begins, party.days.ends
    if ends is not None and ends <= day:
        raise GatewayError(
            STATE_CONFLICT,
            f"the term of `{party.code}` {'has ended' if ends <= today else 'ends'} on {ends}: it is not prolonged",
            "name an earlier day to come" if ends > today else "register the department that follows it",
            article=ARTICLE,
        )
    if day <= today or day <= begins:
        raise GatewayError(
            INPUT_INVALID,
            f"`validUntil` is `{day}`",
            f"the first day on which it no longer acts: after {max(today, begins)}",
            article=ARTICLE,
        )


def check_handed_over(department: ProviderCode, duties: Duties, day: date) -> None:
    """Raises STATE_CONFLICT with all that the department still has on the day, each by its place (`findings`)."""
    left = tuple(remaining(department, duties, day))
    if not left:
        return
    shown = list(map(str, left[:MOST_SHOWN]))
    if len(left) > MOST_SHOWN:
        shown.append(f"and {len(left) - MOST_SHOWN} more")
    raise GatewayError(
        STATE_CONFLICT,
        f"`{department}` has not handed over all that it answers for:\n" + "\n".join(shown),
        "hand over what is named, or have it finished, and end its term then; nothing was changed",
        article=", ".join(dict.fromkeys(one.article for one in left)),
        extensions={"findings": [one.to_json() for one in left[:MOST_SHOWN]]},
    )


def remaining(department: ProviderCode, duties: Duties, day: date) -> Iterator[Finding]:
    """What it would leave behind on the day: of the catalogue, sources, offices, and what waits for it."""
    yield from _of_the_catalogue(department, duties.catalogue)
    for part in duties.said:
        if part.provider == department and not part.released:
            yield Finding(
                "sources",
                f"{part.item}.{part.division}",
                f"it claims to be the source of `{part.item}` in `{part.division}`",
                f"仍登记为“{part.item}”在{part.division}的权威来源，须先让出",
                "have it let that part go with `releaseSource`",
                "Art. 4(3)",
            )
    for office in duties.offices:
        if office.holder == department and (office.days.ends is None or office.days.ends > day):
            yield Finding(
                "offices",
                f"{office.kind}.{office.division}",
                f"it holds the office `{office.title}` of `{office.division}` beyond that day",
                f"届时仍担任{office.division}的“{office.title}”，须先另行任命",
                "appoint another with `appointOffice`, from that day on at the latest",
                ARTICLE,
            )
    awaited = duties.awaited
    for place, many, what, hint, article, zh in (
        ("applications", awaited.applications, "to be answered", "have it answer them", "Art. 16 ¶1", "件申请待其答复"),
        ("cases", awaited.cases, "to be closed", "have it close them", "Art. 17 ¶2", "件办件尚未办结"),
        ("doubts", awaited.doubts, "to be verified", "have it decide or transfer them", "Art. 18", "件疑义待其核实"),
    ):
        if many:
            message = f"one is {what}" if many == 1 else f"{many} are {what}"
            yield Finding(place, "", message, f"尚有{many}{zh}", hint, article)


def _of_the_catalogue(department: ProviderCode, catalogue: Catalogue) -> Iterator[Finding]:
    for register in catalogue.registers.values():
        if register.lead == department:
            yield Finding(
                register.file or register.name,
                "lead",
                f"it leads `{register.name}`",
                f"仍是“{register.title}”的牵头部门，须先改由其他部门牵头",
                "have a catalogue published that another department leads",
                "Art. 9",
            )
    for resource in catalogue.resources.values():
        own = [entry for entry in parts(resource) if entry.provider == department]
        if resource.provider == department and not own:
            yield Finding(
                resource.file,
                f"resource.{resource.name}",
                f"it provides the resource `{resource.name}`",
                f"仍是“{resource.title}”的提供部门，须先改由其他部门提供",
                "have a catalogue published in which another department does",
                "Art. 9",
            )
        if resource.parted is not None and department in resource.parted.of:
            yield Finding(
                resource.file,
                f"resource.{resource.name}.part",
                f"it provides rows of `{resource.name}`, by their `{resource.parted.by}`",
                f"仍提供“{resource.title}”的一部分，须先改由其他部门提供",
                "have a catalogue published in which another department does",
                "Art. 9",
            )
        for entry in own:
            yield Finding(
                resource.file,
                entry_path(resource, entry),
                f"it provides `{entry.code}`",
                f"仍提供“{entry.title}”，须先改由其他部门提供",
                "have a catalogue published in which another department does",
                "Art. 9",
            )
