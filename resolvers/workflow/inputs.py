"""Checks that the workflow's inputs have in common. A value that is refused is never repeated: it may be personal data."""

import errors
from standards.identity_number import stands_in

MOST_CHARACTERS = 64


def invalid(message: str, hint: str, *, article: str = "") -> errors.GatewayError:
    """INPUT_INVALID with what is wrong and what to do."""
    return errors.GatewayError(errors.INPUT_INVALID, message, hint, article=article)


def check_words(*words: tuple[str, str]) -> None:
    """Raises INPUT_INVALID for an empty or overlong one, control characters, and an identity number: words are recorded."""
    for name, word in words:
        if not word or word != word.strip() or len(word) > MOST_CHARACTERS or not word.isprintable():
            raise invalid(f"`{name}` is empty, too long or not plain text", f"at most {MOST_CHARACTERS} characters")
        if stands_in(word):
            raise invalid(f"`{name}` holds an identity number", "name it by a number of your own", article="Art. 21")


def checked_text(name: str, text: str, most: int = 2_000) -> str:
    """A text for people (a reason, a note) without blanks at its ends. Raises INPUT_INVALID where it is empty, too long or
    holds control characters other than line breaks.
    """
    told = text.strip()
    if not told or len(told) > most or not all(one.isprintable() or one == "\n" for one in told):
        raise invalid(f"`{name}` is empty, too long or not plain text", f"between 1 and {most} characters")
    return told


def required_reason(reason: str, what: str, article: str = "Art. 16 ¶1") -> str:
    """The reason, which `what` (a refusal, a revocation) cannot do without. Raises REASON_REQUIRED."""
    if not reason.strip():
        raise errors.GatewayError(errors.REASON_REQUIRED, f"{what} needs a reason", "state it in `reason`", article=article)
    return checked_text("reason", reason)
