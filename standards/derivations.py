"""Derived items: yes, no or a number instead of the datum itself. None (nothing held) stays None."""

from datetime import date

ADULT_FROM_YEARS = 18  # 民法典 17
CHILD_BELOW_YEARS = 14  # 个人信息保护法 31
MARRIED_CODES = frozenset({"20", "21", "22", "23"})  # GB/T 2261.2
VALID_STATUSES = frozenset({"VALID", "有效"})


def age(birth_date: date | None, on: date) -> int | None:
    """Full years of age on a day; a birthday counts from its own day, and 29 February from 1 March in common years.

    In PostgreSQL: `date_part('year', age(on, birth_date))`.
    """
    if birth_date is None:
        return None
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def is_adult(birth_date: date | None, on: date) -> bool | None:
    """Whether eighteen full years of age or more (民法典 17)."""
    years = age(birth_date, on)
    return None if years is None else years >= ADULT_FROM_YEARS


def is_child(birth_date: date | None, on: date) -> bool | None:
    """Whether under fourteen, so that all their data are sensitive (个人信息保护法 28, 31)."""
    years = age(birth_date, on)
    return None if years is None else years < CHILD_BELOW_YEARS


def is_valid(valid_from: date | None, valid_until: date | None, status: str | None, on: date) -> bool | None:
    """Whether a certificate is in force on a day: its status says so and the day lies in its term, both ends included.

    No `valid_until` means without limit (长期), no `valid_from` in force since issue; no status, not known: None.
    """
    if status is None:
        return None
    begun = valid_from is None or valid_from <= on
    return status in VALID_STATUSES and begun and (valid_until is None or on <= valid_until)


def is_married(status_code: str | None) -> bool | None:
    """Whether the marital status is 20 to 23 of GB/T 2261.2 (married, first, again, restored)."""
    return None if status_code is None else status_code in MARRIED_CODES
