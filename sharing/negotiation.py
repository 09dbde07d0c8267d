"""协商 (Art. 16 ¶1) is between two: who records how it ended has heard the other side, or has waited for it in vain."""

from collections.abc import Sequence
from datetime import date

import errors
from catalogue.model import ItemCode, ProviderCode
from catalogue.profile import Profile
from sharing.application import Answered, Application, Event, Negotiated
from standards.working_days import WorkingCalendar


def check_heard(
    application: Application,
    items: Sequence[ItemCode],
    by: ProviderCode,
    *,
    agreed: bool,
    today: date,
    calendar: WorkingCalendar,
    profile: Profile,
) -> None:
    """Raises NEGOTIATION_REQUIRED where the other side has not said a word on an item yet: an agreement takes both, and a
    negotiation fails without the other side only where it is silent for as long as an answer may take.
    """
    for item in items:
        words = _words_on(application, item)
        if not words or any(one.by.department != by for one in words):
            continue
        until = calendar.add_working_days(words[0].day, profile.answer_working_days).date
        if agreed or today <= until:
            raise errors.GatewayError(
                errors.NEGOTIATION_REQUIRED,
                f"the other side has not said a word on `{item}` yet",
                "an agreement takes both sides" if agreed else f"record it once it has answered, or after `{until}`",
                article="Art. 16 ¶1",
            )


def _words_on(application: Application, item: ItemCode) -> list[Event]:
    """What was said of the item since it was last answered, the earliest first."""
    words: list[Event] = []
    for event in application.events:
        match event.what:
            case Answered(answers) if any(one.item == item for one in answers):
                words = []
            case Negotiated(items) if item in items:
                words.append(event)
    return words
