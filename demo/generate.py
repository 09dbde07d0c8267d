"""A finished block: the pure function of number and seed that loads, tests and stories share."""

from demo import certificates, companies, credit, estates, people
from demo.block import ENTITIES, PERSONS, Block, start_block
from demo.numbers import BLOCKS
from demo.stories import STORY_BLOCK

_TABLES = (
    "persons", "households", "marriages", "entities", "shareholders", "addresses", "parcels", "units", "right_holders",
    "licences", "subjects", "records", "marks",
)  # fmt: skip


def block(number: int, seed: int) -> Block:
    """Block `number` (0 … 2,969) under a seed: 1,000 persons and all that the registers hold about them.

    The stories are part of block 0. Raises ValueError for a number beyond the identity numbers' range.
    """
    if not 0 <= number < BLOCKS:
        raise ValueError(f"block {number} is outside 0 to {BLOCKS - 1}")
    made = start_block(number, seed)
    told = STORY_BLOCK if number == 0 else start_block(number, seed)
    people.settle(made, PERSONS - len(told.persons))
    companies.found(made, ENTITIES - len(told.entities))
    estates.register(made)
    certificates.issue(made)
    credit.rate(made)
    for table in _TABLES:
        getattr(made, table).extend(getattr(told, table))
    return made
