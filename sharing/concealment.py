"""Lawful hiding of investigative access (个人信息保护法 18 ¶1, 35): a rule on a grant, with its basis and its end.

Whoever a register tells something of may learn who asked (个人信息保护法 44, 45). Where a law keeps an investigation secret
(刑事诉讼法, 监察法), the provider says so with what it grants: which law, for which matters, until when. What is asked under
that grant is then kept from its subjects until that day, and from nobody else.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import errors
from catalogue.checks_of_law import BASIS_NUMBERS, CLAUSE
from catalogue.model import Basis, BasisClass

ARTICLE = "个人信息保护法 18 ¶1"
CHINA_AHEAD = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Concealment:
    """隐匿查询记录: by which law, and the last day (in China, included) on which the subjects are not told."""

    basis: Basis
    until: date

    @property
    def ends(self) -> datetime:
        """The instant (UTC) from which they are told."""
        return datetime.combine(self.until + timedelta(days=1), time(), UTC) - CHINA_AHEAD


def check_concealment(concealment: Concealment, matters: frozenset[str], today: date, latest: date) -> None:
    """A concealment stands: a law cited by number and clause, matters that it is confined to, an end that is to come.

    `latest`: the latest last day that any right given today may have. Raises CONCEALMENT_UNFOUNDED.
    """
    basis = concealment.basis
    if basis.basis_class is not BasisClass.LAW:
        raise _unfounded(f"a text of class `{basis.basis_class}` hides no access", f"cite a {BasisClass.LAW}")
    if not (basis.title.strip() and BASIS_NUMBERS[BasisClass.LAW].search(basis.number) and CLAUSE.search(basis.clause)):
        raise _unfounded(
            "the basis lacks its title, the number of a law, or its clause",
            "such as 中华人民共和国刑事诉讼法, 中华人民共和国主席令第十号, 第一百五十二条",
        )
    if not matters:
        raise _unfounded("it is confined to no matter", "name the matters of the investigation in `matters`")
    if not today <= concealment.until <= latest:
        raise _unfounded("its end has passed or lies too far ahead", f"name a day from `{today}` to `{latest}`")


def class_of(word: str) -> BasisClass:
    """The class of text that the word names. Raises CONCEALMENT_UNFOUNDED: departmental and local rules hide nothing."""
    if word not in set(BasisClass):
        raise _unfounded("the basis is of no class of text that could hide access", f"cite a {BasisClass.LAW}")
    return BasisClass(word)


def _unfounded(message: str, hint: str) -> errors.GatewayError:
    return errors.GatewayError(errors.CONCEALMENT_UNFOUNDED, message, hint, article=ARTICLE)
