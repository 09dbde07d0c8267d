"""规则集: the figures of one regulation, as dated data. Another regulation (国务院令第809号) is another file, without code.

The law that software acts out (the states of an application, the combination of rights) is code; what a regulation sets in
numbers, days and words is here, and every rule that uses it can be read beside its article.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from catalogue.finding import Finding, refuse
from catalogue.toml_table import read_toml

FOLDER = Path(__file__).with_name("profiles")
DEFAULT = "jiangsu-2017-133"


class Supplement(StrEnum):
    """What a notice of all that is lacking (补正) does to the clock once it is supplied."""

    STOPS = "stops"
    RESTARTS = "restarts"


class Binding(StrEnum):
    """Whether reading an item that the matter does not declare is permitted, remarked or withheld."""

    OFF = "off"
    WARN = "warn"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class Profile:
    """One regulation. `id` is its file's name; days are working days (工作日)."""

    id: str
    title: str
    number: str
    issued: date
    effective: date
    answer_working_days: int
    warn_working_days: int
    supplement: Supplement
    change_working_days: int
    bind_to_matter: Binding
    verify_attempts_per_day: int
    doubt_working_days: int
    doubt_warn_working_days: int


def load_profile(name: str = DEFAULT, folder: Path = FOLDER) -> Profile:
    """The profile of this name. Raises CATALOGUE_INVALID with every fault of its file."""
    findings: list[Finding] = []
    table = read_toml(folder / f"{name}.toml", findings)
    refuse(findings)
    assert table is not None
    profile = Profile(
        id=name,
        title=table.text("title"),
        number=table.text("number"),
        issued=table.day("issued"),
        effective=table.day("effective"),
        answer_working_days=table.integer("answer_working_days"),
        warn_working_days=table.integer("warn_working_days"),
        supplement=table.word("supplement", Supplement) or Supplement.RESTARTS,
        change_working_days=table.integer("change_working_days"),
        bind_to_matter=table.word("bind_to_matter", Binding) or Binding.ENFORCE,
        verify_attempts_per_day=table.integer("verify_attempts_per_day"),
        doubt_working_days=table.integer("doubt_working_days", 5),
        doubt_warn_working_days=table.integer("doubt_warn_working_days", 1),
    )
    table.close()
    for key in ("answer_working_days", "change_working_days", "verify_attempts_per_day", "doubt_working_days"):
        if getattr(profile, key) < 1:
            table.fault(key, "is below 1", "小于 1", "write a whole number of at least 1")
    refuse(findings)
    return profile
