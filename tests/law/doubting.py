"""What both runs of a doubt have in common: which item of whom, another for each case, so that none marks another's."""

from standards import identity_number
from tests.law.applying import MATTER
from tests.law.cases import SUBJECTS
from tests.law.steps import StepCase

PURPOSE = f'matter="{MATTER}", use=administrative-basis, handler="H-1"'
PERSONS = sorted({code for code in SUBJECTS.values() if identity_number.conforms(code)})
ITEMS = ("vitalStatus", "birthplace", "ethnicGroup")
NOBODY = "320102199001011232"


def doubted(case: StepCase) -> tuple[str, str]:
    """The person and the item that a case doubts."""
    round_, place = divmod(case.number, len(PERSONS))
    return PERSONS[place], ITEMS[round_]


def asking(person: str, item: str) -> str:
    """The document that reads it."""
    return f'{{ person(idNumber: "{person}") {{ {item} }} }}'
