"""The regulation's figures and the matters, as files that the program reads strictly."""

from datetime import date
from pathlib import Path

import pytest

from catalogue.load import load_catalogue
from catalogue.matters import load_matters
from catalogue.model import Coordinate, ResourceName
from catalogue.predicate import ItemName
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


def test_the_twelve_matters_name_what_the_catalogue_holds() -> None:
    matters = load_matters(CATALOGUE, strict=True)
    assert list(matters) == [f"M{number:02}" for number in range(1, 13)]
    assert all(matter.items for matter in matters.values())
    assert Coordinate(ResourceName("Licence"), ItemName("typeCode")) in matters["M10"].items
    assert Coordinate(ResourceName("Person"), ItemName("phone")) not in matters["M10"].items


def test_an_item_that_was_withdrawn_does_not_stop_the_service(tmp_path: Path) -> None:
    path = tmp_path / "matters.toml"
    path.write_text('[matter.M1]\ntitle = "事项"\nitems = ["Person.name", "Person.gone"]\n', "utf-8")
    assert len(load_matters(CATALOGUE, path)["M1"].items) == 1
    with pytest.raises(GatewayError, match=r"Person\.gone"):
        load_matters(CATALOGUE, path, strict=True)
