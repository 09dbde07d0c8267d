"""A catalogue with a mistake stops the start, naming file and path, and what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.checks import CHECKS
from catalogue.finding import MOST_SHOWN
from catalogue.load import load_catalogue
from errors import CATALOGUE_INVALID, GatewayError
from tests.catalogue.registers import FOLDER

Rewrite = Callable[[str], str]


def replaced(old: str, new: str) -> Rewrite:
    def rewrite(text: str) -> str:
        assert old in text, f"the case is out of date: {old}"
        return text.replace(old, new, 1)

    return rewrite


def copy_of_catalogue(folder: Path) -> Path:
    shutil.copytree(FOLDER / "registers", folder / "registers")
    shutil.copy(FOLDER / "departments.toml", folder)
    return folder


def error_of(folder: Path) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        load_catalogue(folder)
    assert caught.value.code is CATALOGUE_INVALID
    return caught.value


CASES: list[tuple[str, Rewrite, str]] = [
    (
        "registers/population.toml",
        replaced('network_zone = "extranet"', 'netwerk_zone = "extranet"'),
        "population.toml: resource.Person.netwerk_zone: is an unknown key 不是已知的键; did you mean `network_zone`?",
    ),
    (
        "registers/population.toml",
        replaced("seq = 14,", "seq = 14, secrecy = 3,"),
        "population.toml: resource.Person.item.phone.secrecy: is an unknown key",
    ),
    (
        "registers/population.toml",
        replaced("seq = 14", 'seq = "fourteen"'),
        "population.toml: resource.Person.item.phone.seq: must be a whole number",
    ),
    (
        "registers/population.toml",
        replaced("seq = 14", "seq = true"),
        "population.toml: resource.Person.item.phone.seq: must be a whole number",
    ),
    (
        "registers/population.toml",
        replaced('update_cycle = "daily"', 'update_cycle = "sometimes"'),
        "population.toml: resource.Person.update_cycle: `sometimes` is not a known word",
    ),
    (
        "registers/population.toml",
        replaced('modes = ["online_lookup", ', 'modes = ["email", '),
        "population.toml: resource.Person.modes: `email` is not a known word",
    ),
    (
        "registers/population.toml",
        replaced('terms = "check", match = "phone"', 'terms = "cheque", match = "phone"'),
        "population.toml: resource.Person.item.phone.terms: names no terms: `cheque`",
    ),
    (
        "registers/population.toml",
        replaced('sharing = "conditional", terms = "check", match = "phone"', 'sharing = "secret", match = "phone"'),
        "population.toml: resource.Person.item.phone.sharing: `secret` is no sharing type",
    ),
    (
        "registers/population.toml",
        replaced('sharing = "conditional", terms = "check", match = "phone"', 'match = "phone"'),
        "population.toml: resource.Person.item.phone.sharing: is missing",
    ),
    (
        "registers/population.toml",
        replaced('provider = "education"', 'provider = "schools"'),
        "population.toml: resource.Person.item.education.provider: names no department: `schools`",
    ),
    (
        "registers/population.toml",
        replaced('lead = "public_security"', 'lead = "police"'),
        "population.toml: register.lead: names no department: `police`",
    ),
    (
        "registers/population.toml",
        replaced('class = "法律"', 'class = "部门规章"'),
        "population.toml: resource.Person.item.adoptionRecord.basis.class: `部门规章` is not a known word",
    ),
    (
        "registers/population.toml",
        replaced('"idCardValidUntil", "education"', '"idCardValidTill", "education"'),
        "population.toml: resource.Person.rules[0].applies_to: names no entry of Person: `idCardValidTill`",
    ),
    (
        "registers/population.toml",
        replaced("when = { younger_than", "when = { older_than"),
        "population.toml: resource.Person.rules[0].when: is not a condition",
    ),
    (
        "registers/credit.toml",
        replaced('gte = { param = "today" }', 'gte = { param = "tomorrow" }'),
        "credit.toml: resource.CreditRecord.published_when.any[1].gte: is no operand",
    ),
    (
        "registers/credit.toml",
        replaced('target = "CreditRecord.permits_of"', 'target = "CreditRecord"'),
        "credit.toml: resource.CreditSubject.relation.permits.target: `CreditRecord` is no target",
    ),
    (
        "registers/licence.toml",
        replaced('name = "licence"', 'name = "population"'),
        "population.toml: register.name: `population` names another register too",
    ),
    ("registers/licence.toml", replaced("[resource.Licence]", "[resource.Licence"), "licence.toml: is not TOML:"),
    ("registers/licence.toml", replaced("[register]", "[registers]"), "licence.toml: registers: is an unknown key"),
    (
        "departments.toml",
        replaced('division = "320000"', "division = 320000"),
        "departments.toml: department.public_security.division: must be a text in quotes",
    ),
    ("departments.toml", replaced('X"', 'Y"'), "departments.toml: department.public_security.code: "),
    (
        "registers/population.toml",
        replaced('provider = "civil_affairs"\nsharing = "not_shared"\nbasis', 'sharing = "not_shared"\nbases'),
        "population.toml: resource.Person.item.adoptionRecord.bases: is an unknown key 不是已知的键; did you mean `basis`?",
    ),
]


@pytest.mark.parametrize(("file", "rewrite", "message"), CASES, ids=[message for _, _, message in CASES])
def test_an_error_names_file_and_path(tmp_path: Path, file: str, rewrite: Rewrite, message: str) -> None:
    folder = copy_of_catalogue(tmp_path)
    (folder / file).write_text(rewrite((folder / file).read_text(encoding="utf-8")), encoding="utf-8")
    assert message in error_of(folder).message


def test_a_missing_file_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    message = error_of(tmp_path).message
    assert "departments.toml: does not exist" in message
    assert "registers: holds no register" in message


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    folder = copy_of_catalogue(tmp_path)
    (folder / "registers" / "credit.toml").write_bytes('title = "信用"'.encode("gb18030"))
    assert "credit.toml: is not UTF-8" in error_of(folder).message


def test_a_basis_is_demanded_with_its_article(tmp_path: Path) -> None:
    folder = copy_of_catalogue(tmp_path)
    file = folder / "registers" / "legal_entity.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith("basis = ")), encoding="utf-8")
    error = error_of(folder)
    assert (
        "legal_entity.toml: resource.LegalEntity.item.statisticalReturn.sharing: is `not_shared` without a basis"
        in error.message
    )
    assert error.article == "Art. 11(1)"


def test_a_breach_of_the_regulation_is_told_in_both_languages(tmp_path: Path) -> None:
    folder = copy_of_catalogue(tmp_path)
    file = folder / "registers" / "population.toml"
    rewrite = replaced('condition = "办理依法需要核实户籍信息的政务服务事项"\n', "")
    file.write_text(rewrite(file.read_text(encoding="utf-8")), encoding="utf-8")
    error = error_of(folder)
    assert (
        "population.toml: resource.Person.item.divisionCode.condition: a conditional item states no condition"
        in error.message
    )
    assert "有条件共享未明确共享条件" in error.message
    assert error.article == "Art. 15"


def test_all_errors_come_out_together_up_to_a_limit(tmp_path: Path) -> None:
    folder = copy_of_catalogue(tmp_path)
    file = folder / "registers" / "population.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('kind = "base"', 'kind = "basic"'), encoding="utf-8")
    message = error_of(folder).message
    assert message.count("`basic` is not a known word") > 5
    file.write_text(file.read_text(encoding="utf-8").replace("seq = ", "number = "), encoding="utf-8")
    message = error_of(folder).message
    assert message.count("\n") == MOST_SHOWN + 1
    assert message.splitlines()[-1].startswith("and ")


def test_the_checks_run_at_loading() -> None:
    assert CHECKS
    assert load_catalogue(FOLDER).version == 1
