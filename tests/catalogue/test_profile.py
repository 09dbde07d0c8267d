"""The regulation's figures and the matters, as files that the program reads strictly."""

from datetime import date
from pathlib import Path

import pytest

from catalogue.load import load_catalogue
from catalogue.profile import FOLDER, Supplement, load_profile
from errors import GatewayError
from settings import ROOT

CATALOGUE = load_catalogue(ROOT / "catalogue")


def test_the_default_is_the_regulation_of_jiangsu() -> None:
    profile = load_profile()
    assert (profile.number, profile.effective) == ("苏政发〔2017〕133号", date(2017, 10, 26))
    assert (profile.answer_working_days, profile.change_working_days) == (10, 15)


def test_another_regulation_is_another_file(tmp_path: Path) -> None:
    text = (FOLDER / "jiangsu-2017-133.toml").read_text("utf-8")
    other = text.replace("answer_working_days = 10", "answer_working_days = 20").replace('"restarts"\n', '"stops"\n')
    (tmp_path / "other.toml").write_text(other, "utf-8")
    profile = load_profile("other", tmp_path)
    assert (profile.id, profile.answer_working_days, profile.supplement) == ("other", 20, Supplement.STOPS)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("answer_working_days = 10", "answer_working_days = 0", "answer_working_days"),
        ("effective = 2017-10-26", 'effective = "2017-10-26"', "effective"),
        ('bind_to_matter = "warn"', 'bind_to_matter = "warm"', "bind_to_matter"),
        ("change_working_days", "change_workingdays", "change_workingdays"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, old: str, new: str, path: str) -> None:
    text = (FOLDER / "jiangsu-2017-133.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "other.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(GatewayError) as refused:
        load_profile("other", tmp_path)
    assert path in str(refused.value)
