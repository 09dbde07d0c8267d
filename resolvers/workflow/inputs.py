"""Checks that the workflow's inputs have in common. A value that is refused is never repeated: it may be personal data."""

from datetime import date

import errors
from sharing.days import FIRST_DAY, LAST_DAY
from standards.identity_number import stands_in

MOST_CHARACTERS = 64
MOST_FILE_NAME = 120
_NO_FILE = frozenset('/\\:*?"<>|')


def invalid(message: str, hint: str, *, article: str = "") -> errors.GatewayError:
    """INPUT_INVALID with what is wrong and what to do."""
    return errors.GatewayError(errors.INPUT_INVALID, message, hint, article=article)


def check_words(*words: tuple[str, str]) -> None:
    """Raises INPUT_INVALID for an empty or overlong one, control characters, and an identity number: words are recorded."""
    for name, word in words:
        if not word or word != word.strip() or len(word) > MOST_CHARACTERS or not word.isprintable():
            raise invalid(f"`{name}` is empty, too long or not plain text", f"at most {MOST_CHARACTERS} characters")
        check_nobody_named(name, word, "name it by a number of your own")


def check_day(name: str, day: date, *, article: str = "") -> None:
    """Raises INPUT_INVALID for a day so far off that nothing was or will be then, and that no clock could count from."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise invalid(f"`{name}` is `{day}`", f"between {FIRST_DAY} and {LAST_DAY}", article=article)


def check_period(begins: date, ends: date, *, article: str = "") -> None:
    """As `check_day` for both days, `from` and `to`, both included; also where the period ends before it begins."""
    check_day("from", begins, article=article)
    check_day("to", ends, article=article)
    if ends < begins:
        raise invalid("`to` is before `from`", "name the earlier day in `from`", article=article)


def check_nobody_named(name: str, text: str, hint: str) -> None:
    """Raises INPUT_INVALID where an identity number stands in the text: it is kept, told to others, and is not the place in
    which personal data is passed on (Art. 21).
    """
    if stands_in(text):
        raise invalid(f"`{name}` holds an identity number", hint, article="Art. 21")


def checked_text(name: str, text: str, most: int = 2_000) -> str:
    """A text for people (a reason, a note) without blanks at its ends. Raises INPUT_INVALID where it is empty, too long,
    holds control characters other than line breaks, or an identity number.
    """
    told = text.strip()
    if not told or len(told) > most or not all(one.isprintable() or one == "\n" for one in told):
        raise invalid(f"`{name}` is empty, too long or not plain text", f"between 1 and {most} characters")
    check_nobody_named(name, told, "leave it out: a person is named by a case's number or a receipt, never in a text")
    return told


def checked_file_name(name: str, given: str, *, article: str = "") -> str:
    """A file's name without blanks at its ends. Raises INPUT_INVALID for what is none, and where it holds a number."""
    told = given.strip()
    if not told or len(told) > MOST_FILE_NAME or not told.isprintable() or set(told) & _NO_FILE or told.startswith("."):
        raise invalid(f"`{name}` is no file name", f"at most {MOST_FILE_NAME} characters, without a path", article=article)
    check_nobody_named(name, told, "give the file another name")
    return told


def required_reason(reason: str, what: str, article: str = "Art. 16 ¶1", *, place: str = "reason") -> str:
    """The reason, given at `place`, which `what` (a refusal, a revocation) cannot do without. Raises REASON_REQUIRED."""
    if not reason.strip():
        hint = f"state it in `{place}`"
        raise errors.GatewayError(errors.REASON_REQUIRED, f"{what} needs a reason", hint, article=article)
    return checked_text(place, reason)
