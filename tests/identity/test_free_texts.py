"""Words and texts of the workflow: what may stand in them, and that a person's number may not."""

import re

import pytest

from errors import GatewayError
from resolvers.workflow.application_inputs import checked_words
from resolvers.workflow.inputs import check_words, checked_file_name, checked_text, required_reason
from standards.identity_number import check_digit

NUMBER = "32010619850312991" + check_digit("32010619850312991")
SPELLINGS = (
    f"审核 {NUMBER} 的资格",
    NUMBER.lower(),
    "".join(chr(ord(one) + 0xFEE0) for one in NUMBER),
    f"号码{NUMBER}，见附件",
    f"7{NUMBER}",
    f"第一行\n{NUMBER}",
)


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_text_with_an_identity_number_is_refused_naming_its_place(text: str) -> None:
    with pytest.raises(GatewayError, match="`purpose` holds an identity number") as refused:
        checked_text("purpose", text)
    assert (refused.value.code.name, refused.value.article) == ("INPUT_INVALID", "Art. 21")
    assert not re.search("[0-9]{15}", refused.value.message + refused.value.hint)


def test_a_reason_tells_where_it_was_given() -> None:
    with pytest.raises(GatewayError, match="`text` holds an identity number"):
        required_reason(f"经核 {NUMBER}", "the result of a negotiation", place="text")
    with pytest.raises(GatewayError) as refused:
        required_reason(" ", "the result of a negotiation", place="text")
    assert (refused.value.code.name, refused.value.hint) == ("REASON_REQUIRED", "state it in `text`")


def test_neither_does_a_word_hold_one_nor_a_file_name_nor_a_matter() -> None:
    with pytest.raises(GatewayError, match="`handler` holds an identity number"):
        check_words(("handler", NUMBER))
    with pytest.raises(GatewayError, match=r"`letter\.name` holds an identity number"):
        checked_file_name("letter.name", f"{NUMBER}.pdf")
    with pytest.raises(GatewayError, match=r"`matters\[1\]` holds an identity number"):
        checked_words("matters", ["M12", f"M-{NUMBER}"])


@pytest.mark.parametrize(
    "text", ["文号 苏政发〔2017〕133号", "代码 11320000MBX000019X", "电话 025-12345678", "32010619850312991"]
)
def test_other_numbers_may_stand_in_a_text(text: str) -> None:
    assert checked_text("purpose", f" {text}\n") == text


def test_a_hash_is_nobodys_number() -> None:
    digest = "320106198503129979" + "a" * 46  # its digits conform
    assert checked_words("operations", [digest]) == {digest}


@pytest.mark.parametrize("name", ["", " ", ".pdf", "a/b.pdf", "a\x07.pdf", "字" * 121])
def test_what_is_no_file_name(name: str) -> None:
    with pytest.raises(GatewayError, match=r"`letter\.name` is no file name"):
        checked_file_name("letter.name", name)
