"""What the demo writes into our own database: departments, clients, entrustments, grants and open cases. Pure data.

The demo's credentials are worthless by design; a production start refuses them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from catalogue.model import Catalogue, Coordinate, Form, ItemCode, Mode, ProviderCode, ResourceName, Rows, Use
from catalogue.predicate import ItemName
from demo.stories import STORIES
from sharing.sealed import Granted
from sharing.sources import given_apart, sources_of

VALID_FROM = datetime(2025, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2036, 1, 1, tzinfo=UTC)
LOOPBACK = ("127.0.0.0/8", "::1/128")
HALL, HOUSING, EDUCATION, THEME = (
    "nanjing_government_services", "nanjing_housing", "nanjing_education", "suzhou_government_services",
)  # fmt: skip
_BY_LOOKUP = frozenset({Mode.ONLINE_LOOKUP})
_IN_BULK = frozenset({Mode.ONLINE_LOOKUP, Mode.BULK_DOWNLOAD})
_AS_BASIS = frozenset({Use.ADMINISTRATIVE_BASIS})
_FOR_REFERENCE = frozenset({Use.WORK_REFERENCE})
_RUN_OUT = datetime(2026, 1, 1, tzinfo=UTC)
_TO_CHECK = frozenset({Use.ADMINISTRATIVE_BASIS, Use.DATA_VERIFICATION})


@dataclass(frozen=True, slots=True)
class DemoDepartment:
    """A row of our own database's departments; `kind` is one of Art. 2."""

    code: ProviderCode
    name: str
    name_zh: str
    kind: str
    division: str


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A client; `department` is a name in departments.toml. Its secret is `<id>-secret`."""

    id: str
    title: str
    department: str
    roles: frozenset[str]
    introspection: bool = True
    rate_per_second: int = 1_000
    networks: tuple[str, ...] = LOOPBACK

    @property
    def secret(self) -> str:
        return f"{self.id}-secret"


@dataclass(frozen=True, slots=True)
class DemoEntrustment:
    """The counter's department acts for the department that has the duty. Names as in departments.toml."""

    counter: str
    duty: str
    matters: frozenset[str]
    basis: str


@dataclass(frozen=True, slots=True)
class DemoGrant:
    """What was answered, by names; `basis` is in the providers' words. `grants` makes a right of each provider's part."""

    department: str
    items: tuple[str, ...]
    form: Form
    rows: Rows
    uses: frozenset[Use]
    basis: str
    matters: frozenset[str] = frozenset()
    modes: frozenset[Mode] = _BY_LOOKUP
    valid_until: datetime = VALID_UNTIL


@dataclass(frozen=True, slots=True)
class DemoCase:
    """An open case of the counter: its subjects by role."""

    number: str
    department: str
    matter: str
    handler: str
    subjects: Mapping[str, tuple[str, ...]]


CLIENTS: tuple[DemoClient, ...] = (
    DemoClient("demo-hall", "南京市政务服务大厅系统", HALL, frozenset({"consumer"})),
    DemoClient("demo-developer", "南京市住房保障系统（开发）", HOUSING, frozenset({"consumer"})),
    DemoClient("demo-theme", "苏州市主题信息资源项目", THEME, frozenset({"consumer"})),
    DemoClient("demo-provider", "江苏省民政厅目录与答复", "civil_affairs", frozenset({"provider", "compiler"})),
    DemoClient("demo-compiler", "江苏省公安厅目录编制", "public_security", frozenset({"provider", "compiler"})),
    DemoClient("demo-operator", "江苏省大数据管理中心运行", "data_centre", frozenset({"operator"})),
    DemoClient("demo-auditor", "江苏省审计厅", "audit", frozenset({"auditor"})),
    DemoClient("demo-supervisor", "领导小组办公室", "government_services", frozenset({"supervisor"})),
    DemoClient("demo-citizen", "公民服务渠道", "data_centre", frozenset({"citizen_channel"}), introspection=False),
)

ENTRUSTMENTS: tuple[DemoEntrustment, ...] = (
    DemoEntrustment(HALL, HOUSING, frozenset({"M08", "M12"}), "综合窗口受理委托书（演示）第1号"),
    DemoEntrustment(HALL, EDUCATION, frozenset({"M09"}), "综合窗口受理委托书（演示）第2号"),
    DemoEntrustment(HALL, "xuanwu_civil_affairs", frozenset({"M03", "M10"}), "综合窗口受理委托书（演示）第3号"),
    DemoEntrustment(HALL, "natural_resources", frozenset({"M01"}), "综合窗口受理委托书（演示）第4号"),
    DemoEntrustment(HALL, "market_regulation", frozenset({"M02", "M05"}), "综合窗口受理委托书（演示）第5号"),
    DemoEntrustment(HALL, "public_security", frozenset({"M04"}), "综合窗口受理委托书（演示）第6号"),
    DemoEntrustment(HALL, "human_resources", frozenset({"M06"}), "综合窗口受理委托书（演示）第7号"),
    DemoEntrustment(HALL, "nanjing_provident_fund", frozenset({"M07"}), "综合窗口受理委托书（演示）第8号"),
)

_RESIDENCE = ("Person.divisionCode", "Person.registeredResidence", "Person.relationToHead", "Person.idCardValidUntil")
_HOUSEHOLD = ("Person.household", "Household.number", "Household.address", "Household.members")
_MARRIAGE = (
    "Person.marriageRecord", "Person.isMarried", "MarriageRecord.status", "MarriageRecord.registeredOn",
    "MarriageRecord.authority",
)  # fmt: skip
_UNIT = (
    "RealEstateUnit.coOwnership", "RealEstateUnit.mortgaged", "RealEstateUnit.sealed", "RealEstateUnit.rightHolders",
    "RightHolder.share",
)  # fmt: skip
_COMPANY = (
    "LegalEntity.representative", "LegalEntity.landParcels", "LegalEntity.realEstateUnits", "Person.representedEntities",
)  # fmt: skip
_CHECKED = (
    "Person.phone", "Person.education", "MarriageRecord.spouseIdNumber", "Licence.printedSerial",
    "RealEstateUnit.certificateNumber",
)  # fmt: skip

_FULL, _MASKED, _VERIFY = Form.FULL, Form.MASKED, Form.VERIFY
_EVERYWHERE, _HERE, _IN_CASE = Rows.ALL, Rows.OWN_DIVISION, Rows.CASE_SUBJECT

GRANTS: tuple[DemoGrant, ...] = (
    # the counter: in full where it administers, masked elsewhere, a case's subjects in that case, and comparisons
    DemoGrant(HALL, (*_RESIDENCE, *_HOUSEHOLD), _FULL, _HERE, _AS_BASIS, "同意，限本市户籍"),
    DemoGrant(HALL, ("Person.registeredResidence", "Person.householdNumber"), _MASKED, _EVERYWHERE, _AS_BASIS,
              "部分同意，脱敏"),
    DemoGrant(HALL, _CHECKED, _VERIFY, _EVERYWHERE, _TO_CHECK, "同意，仅供核验"),
    DemoGrant(HALL, (*_MARRIAGE, "Person.realEstateUnits"), _FULL, _IN_CASE, _AS_BASIS, "同意，限办件当事人"),
    DemoGrant(HALL, _UNIT, _FULL, _EVERYWHERE, _AS_BASIS, "同意"),
    DemoGrant(HALL, ("RightHolder.code", "LandParcel.rightHolder", "LandParcel.price"), _MASKED, _EVERYWHERE, _AS_BASIS,
              "部分同意，脱敏"),
    DemoGrant(HALL, ("LandParcel.boundary", "LandParcel.rightHolderName"), _FULL, _HERE, _AS_BASIS, "同意，限本市"),
    DemoGrant(HALL, _COMPANY, _FULL, _EVERYWHERE, _AS_BASIS, "同意"),
    DemoGrant(HALL, ("LegalEntity.representativeIdNumber", "LegalEntity.socialInsuredCount"), _MASKED, _EVERYWHERE,
              _AS_BASIS, "部分同意，脱敏"),
    DemoGrant(HALL, ("Licence.fileDigest", "Licence.fileUrl"), _FULL, _EVERYWHERE, _AS_BASIS, "同意"),
    # a department with one right, and one that has run out
    DemoGrant(HOUSING, ("Person.registeredResidence",), _MASKED, _EVERYWHERE, _AS_BASIS, "部分同意，脱敏",
              frozenset({"M12"})),
    DemoGrant(HOUSING, ("CreditSubject.level",), _FULL, _EVERYWHERE, _AS_BASIS, "同意，期限一年", valid_until=_RUN_OUT),
    # the school district: a child's own case
    DemoGrant(EDUCATION, (*_RESIDENCE, "Person.household", "Person.realEstateUnits"), _FULL, _IN_CASE, _AS_BASIS,
              "同意，限办件当事人", frozenset({"M09"})),
    # duties that the counter is entrusted with
    DemoGrant("natural_resources", _MARRIAGE, _FULL, _IN_CASE, _AS_BASIS, "同意，限办件当事人", frozenset({"M01"})),
    DemoGrant("public_security", (*_MARRIAGE, "Person.realEstateUnits"), _FULL, _IN_CASE, _AS_BASIS, "同意，限办件当事人",
              frozenset({"M04"})),
    # the thematic project: its own city, for reference, in bulk as well
    DemoGrant(THEME, ("Person.divisionCode", "Person.education", "LegalEntity.socialInsuredCount"), _FULL, _HERE,
              _FOR_REFERENCE, "同意，限本市", modes=_IN_BULK),
    DemoGrant(THEME, ("CreditSubject.level",), _FULL, _EVERYWHERE, _FOR_REFERENCE, "同意", modes=_IN_BULK),
    DemoGrant(THEME, ("CreditSubject.score",), _MASKED, _EVERYWHERE, _FOR_REFERENCE, "部分同意，提供数量级", modes=_IN_BULK),
)  # fmt: skip
"""Nobody is granted the sensitive certificates (残疾人证 …): that story shows what is withheld, and how to apply."""

CASES: tuple[DemoCase, ...] = tuple(
    DemoCase(
        f"DEMO-{story.matter}",
        HALL,
        story.matter,
        "demo-handler",
        story.subjects,
    )
    for story in STORIES
)
"""An open case of the counter for each story, so that a first query already finds the case's subjects named."""


def departments(catalogue: Catalogue) -> tuple[DemoDepartment, ...]:
    """Every department of the catalogue, with its kind (Art. 2)."""
    kinds = {
        "disabled_federation": "social_organisation", "data_centre": "public_institution",
        "nanjing_provident_fund": "public_institution",
    }  # fmt: skip
    return tuple(
        DemoDepartment(each.code, each.name.replace("_", " "), each.title, kinds.get(each.name, "government"), each.division)
        for each in catalogue.departments.values()
    )


def department_code(catalogue: Catalogue, name: str) -> ProviderCode:
    """The credit code of a department by its name in departments.toml. Raises KeyError."""
    return {each.name: code for code, each in catalogue.departments.items()}[name]


def grants(catalogue: Catalogue) -> tuple[Granted, ...]:
    """The rights that the seed states: one for each provider, since each answers for its own items (Art. 16 ¶1).

    Raises KeyError for a name that the catalogue lacks.
    """
    return tuple(answered for stated in GRANTS for answered in _answered(catalogue, stated))


def _answered(catalogue: Catalogue, stated: DemoGrant) -> Iterator[Granted]:
    items: dict[ProviderCode, set[ItemCode]] = {}
    for name in stated.items:
        type_name, field = name.split(".")
        entry = catalogue.entries[Coordinate(ResourceName(type_name), ItemName(field))]
        for source in sources_of(entry, (), catalogue.parted.get(entry.code)):
            items.setdefault(source.provider, set()).add(entry.code)
    department = department_code(catalogue, stated.department)
    for provider, codes in items.items():
        if provider != department:  # one's own data needs no grant
            yield Granted(
                provider, department, frozenset(codes), stated.form, stated.rows, stated.uses, stated.matters, stated.modes,
                VALID_FROM, stated.valid_until, stated.basis, apart=given_apart(codes, provider, None, catalogue.parted),
            )  # fmt: skip
