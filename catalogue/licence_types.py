"""The types of electronic certificates (证照类型, GB/T 36903) that the service matters name."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from catalogue.finding import Finding, refuse
from catalogue.toml_table import read_toml


class Holder(StrEnum):
    """Who may hold a certificate of the type."""

    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"
    ANY = "ANY"


@dataclass(frozen=True, slots=True)
class LicenceType:
    """`code` is the definer's credit code and three digits; `issuer` a department's name; `demo`: not a published code.

    `sensitive`: it shows health, disability or divorce (个人信息保护法 28).
    """

    code: str
    name: str
    issuer: str
    holder: Holder
    sensitive: bool
    demo: bool


def load_licence_types(path: Path) -> tuple[LicenceType, ...]:
    """The types in file order. Raises GatewayError(CATALOGUE_INVALID) with file and path."""
    findings: list[Finding] = []
    top = read_toml(path, findings)
    types = []
    for table in top.rows("licence_type") if top else ():
        holder = table.word("holder", Holder) or Holder.ANY
        types.append(
            LicenceType(
                table.text("code"),
                table.text("name"),
                table.text("issuer"),
                holder,
                table.flag("sensitive"),
                table.flag("demo"),
            )
        )
        table.close()
    if top is not None:
        top.close()
    refuse(findings)
    return tuple(types)
