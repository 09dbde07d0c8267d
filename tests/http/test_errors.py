"""The table of errors: complete, true, and the same in the docs."""

from dataclasses import fields
from pathlib import Path

from errors import CODES
from resolvers.error_table import ADVICE, PAGE, render
from resolvers.identify_ports import StoredClient
from schema.limits import Limits

ROOT = Path(__file__).parents[2]


def test_the_page_is_the_codes() -> None:
    assert PAGE.read_text("utf-8") == render(), "run `python -m resolvers.error_table`"


def test_every_code_says_what_to_do() -> None:
    assert set(ADVICE) == set(CODES)


def test_every_limit_of_a_code_is_a_setting_or_an_attribute_of_the_client() -> None:
    settings = {field.name for field in fields(Limits)}
    clients = {field.name for field in fields(StoredClient)}
    named = {code.limit for code in CODES.values() if code.limit}
    assert named <= settings | clients
    assert settings - named == {"introspection_depth", "upload_bytes"}


def test_no_code_has_another_family_of_status_in_the_old_media_type() -> None:
    for code in CODES.values():
        assert code.legacy in (code.status, 200), code.name
        assert code.status < 500 or code.legacy == code.status, code.name
