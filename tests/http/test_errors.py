"""The table of errors: complete, true, and the same in the docs."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from catalogue.words import is_chinese
from errors import CODES, INPUT_INVALID, Code, GatewayError
from resolvers.error_table import PAGE, render
from resolvers.identify_ports import StoredClient
from schema.limits import Limits

ROOT = Path(__file__).parents[2]


def test_the_page_is_the_codes() -> None:
    assert PAGE.read_text("utf-8") == render(), "run `python -m resolvers.error_table`"


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_every_code_says_in_both_languages_what_to_do(code: Code) -> None:
    assert is_chinese(code.title_zh)
    assert is_chinese(code.hint_zh)
    assert code.hint_zh.endswith("。")
    assert not is_chinese(code.hint.replace("法律", ""))


@pytest.mark.parametrize("lacks", ["title_zh", "hint", "hint_zh"])
def test_a_code_that_says_it_in_one_language_cannot_be_made(lacks: str) -> None:
    lacking: dict[str, Any] = {lacks: ""}
    with pytest.raises(ValueError, match="INPUT_INVALID"):
        replace(INPUT_INVALID, **lacking)


def test_an_error_says_what_its_code_says_where_it_has_nothing_nearer() -> None:
    told: Any = GatewayError(INPUT_INVALID, "no").to_json()["extensions"]
    assert (told["hint"], told["hintZh"]) == (INPUT_INVALID.hint, INPUT_INVALID.hint_zh)
    told = GatewayError(INPUT_INVALID, "no", "ask less", hint_zh="请少查。").to_json()["extensions"]
    assert (told["hint"], told["hintZh"]) == ("ask less", "请少查。")
    assert GatewayError(INPUT_INVALID, "no", "ask less").in_words() == (
        f"输入有误 · no\n→ {INPUT_INVALID.hint_zh}\n→ ask less\n"
    )


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
