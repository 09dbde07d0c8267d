"""Which form an answer takes, and which bodies are read."""

import pytest

from resolvers.negotiate import PLAIN_JSON, RESPONSE_JSON, Media, choose_media, takes_body

MODERN, PLAIN = "application/graphql-response+json", "application/json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, PLAIN_JSON),
        ("*/*", PLAIN_JSON),
        ("application/*", PLAIN_JSON),
        (PLAIN, PLAIN_JSON),
        (MODERN, RESPONSE_JSON),
        (MODERN.upper(), RESPONSE_JSON),
        (f"{MODERN}, {PLAIN}", RESPONSE_JSON),
        (f"{PLAIN}, {MODERN}", RESPONSE_JSON),
        (f"{MODERN}; charset=utf-8, {PLAIN}; charset=utf-8", RESPONSE_JSON),
        (f"{MODERN};q=0.5, {PLAIN}", PLAIN_JSON),
        (f"{MODERN};q=0.9, {PLAIN};q=0.8", RESPONSE_JSON),
        (f"{MODERN}, */*;q=0.1", RESPONSE_JSON),
        (f"{PLAIN}, */*;q=0.1", PLAIN_JSON),
        (f"{PLAIN};q=0, */*", RESPONSE_JSON),
        (f"{MODERN};q=0", None),
        (f"{MODERN};charset=utf-16, {PLAIN}", PLAIN_JSON),
        (f"{MODERN};charset=utf-16", None),
        ("text/html", None),
        ("text/html, */*;q=0.8", PLAIN_JSON),
        ("", None),
        (f"{MODERN};q=nan", None),
        (f"{MODERN};q=high", None),
    ],
)
def test_the_answer_takes_the_form_asked_for(accept: str | None, expected: Media | None) -> None:
    assert choose_media(accept) == expected


@pytest.mark.parametrize(
    ("content_type", "taken"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ('Application/JSON;charset="UTF-8"', True),
        ("application/json; charset=utf-16", False),
        ("application/graphql", False),
        ("text/plain;charset=UTF-8", False),
        ("application/jsonx", False),
        ("application/json, application/json", False),
        (None, False),
    ],
)
def test_a_body_is_json_in_utf_8(content_type: str | None, taken: bool) -> None:
    assert takes_body(content_type) is taken
