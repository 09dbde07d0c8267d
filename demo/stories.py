"""The fixed demo subjects, one story each: in every load of any size and seed they are the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from demo import words
from demo.block import Block, start_block
from demo.credit import DISHONESTY, INCENTIVE, PENALTY, PERMIT
from demo.telling import Firm, Role, Teller

XUANWU, QINHUAI, GULOU, JIANGNING = "320102", "320104", "320106", "320115"
GUSU, LIANGXI, GUANGLING = "320508", "320213", "321002"


@dataclass(frozen=True, slots=True)
class Story:
    """A demo subject: the matter it belongs to (a demo key of the twelve), its identifiers by role, what it shows.

    `subjects` are those of the matter's materials, in the matter's own roles, one code or more in each.
    """

    key: str
    title: str
    title_zh: str
    matter: str
    identifiers: Mapping[str, str]
    shows: str
    subjects: Mapping[str, tuple[str, ...]]


WANG = Role("王明远", GULOU, date(1985, 3, 12), 1)
CHEN = Role("陈建国", QINHUAI, date(1990, 5, 20), 3, "320103")
LI = Role("李雪梅", JIANGNING, date(1992, 9, 8), 2, "320121")
ZHANG = Role("张桂兰", XUANWU, date(1962, 11, 3), 4)
LIU, ZHOU = Role("刘志强", XUANWU, date(1988, 1, 15), 5), Role("周敏", XUANWU, date(1989, 7, 22), 6)
CHILD = Role("刘子涵", XUANWU, date(2019, 9, 10), 8)
HUANG, WU = Role("黄海涛", GUSU, date(1978, 4, 9), 7, "320502"), Role("吴静", GUSU, date(1983, 12, 1), 8, "320504")
ZHAO = Role("赵国平", LIANGXI, date(1975, 6, 18), 9, "320202")
SUN = Role("孙晓东", XUANWU, date(1999, 2, 25), 1)
MA, HE = Role("马建军", GULOU, date(1980, 8, 30), 3), Role("何丽娟", GULOU, date(1982, 10, 11), 4)
ODD = Role("欧阳　文 博", GULOU, date(1994, 4, 4), 5)
XU, GU = Role("徐福生", GUANGLING, date(1940, 3, 3), 7), Role("顾秀英", GUANGLING, date(1946, 5, 5), 6)
QIAN = Role("钱永康", LIANGXI, date(1970, 10, 1), 1, "320204")
SHEN = Role("沈卫东", GUANGLING, date(1972, 12, 12), 3)

TECH = Firm("苏州云启信息科技有限公司", GUSU, 0, 1)
FOOD = Firm("无锡嘉禾食品有限公司", LIANGXI, 1, 5)
BUILDER = Firm("扬州宏远建设工程有限公司", GUANGLING, 2, 3)
CLOSING = Firm("无锡恒通商贸有限公司", LIANGXI, 3, 0)


def _adult(tell: Teller) -> dict[str, str]:
    at = tell.home(GULOU, 0)
    tell.household(at, (WANG, "02"))
    tell.own(at, WANG, day="2018-06-15", mortgaged=True)
    card = tell.licence("社会保障卡", WANG, "2016-03-01", "2036-02-29")
    tell.licence("居住证", WANG, "2025-09-01", "2045-08-31")
    tell.credit(WANG)
    tell.record(WANG, INCENTIVE, words.INCENTIVES[2], "2025-12-05", "2045-12-05")
    return {"person": WANG.id_number, "unit": at.unit_code, "licence": card.identifier}


def _couple(tell: Teller) -> dict[str, str]:
    at = tell.home(QINHUAI, 0)
    tell.household(at, (CHEN, "02"))
    tell.household(tell.home(JIANGNING, 0), (LI, "02"))
    number = tell.marriage(CHEN, LI, "21", "2024-10-01")
    tell.own(at, CHEN, LI, day="2024-12-20")
    for role in (CHEN, LI):
        tell.licence("结婚证", role, "2024-10-01", number=number)
        tell.licence("社会保障卡", role, "2015-07-01", "2035-06-30")
    return {"applicant": LI.id_number, "spouse": CHEN.id_number, "unit": at.unit_code, "parcel": at.parcel}


def _disability(tell: Teller) -> dict[str, str]:
    tell.household(tell.home(XUANWU, 0), (ZHANG, "02"))
    card = tell.licence("残疾人证", ZHANG, "2022-04-18", "2042-04-17")
    tell.licence("社会保障卡", ZHANG, "2014-01-01", "2044-12-31")
    return {"applicant": ZHANG.id_number, "licence": card.identifier}


def _child(tell: Teller) -> dict[str, str]:
    at = tell.home(XUANWU, 1)
    number = tell.household(at, (LIU, "02"), (ZHOU, "12"), (CHILD, "31"))
    certificate = tell.marriage(LIU, ZHOU, "21", "2016-05-20")
    tell.own(at, LIU, ZHOU, day="2017-03-08")
    for role in (LIU, ZHOU):
        tell.licence("结婚证", role, "2016-05-20", number=certificate)
    birth = tell.licence("出生医学证明", CHILD, "2019-09-13")
    return {
        "child": CHILD.id_number, "father": LIU.id_number, "mother": ZHOU.id_number, "household": number,
        "unit": at.unit_code, "licence": birth.identifier,
    }  # fmt: skip


def _company(tell: Teller) -> dict[str, str]:
    at = tell.home(GUSU, 1, work=True, holder=TECH)
    tell.household(tell.home(GUSU, 2), (HUANG, "02"))
    tell.household(tell.home(GUSU, 3), (WU, "02"))
    tell.company(TECH, at, HUANG, "2015-04-28", registered_capital="3000.00", social_insured_count="128")
    tell.shareholders(TECH, ("黄海涛", "60.00"), ("吴静", "30.00"), ("苏州工业发展投资有限公司", "10.00"))
    tell.own(at, TECH, day="2019-11-11", use="办公", certificate=False)
    licence = tell.licence("营业执照", TECH, "2015-04-28")
    tell.credit(TECH, "A", "932")
    tell.record(TECH, INCENTIVE, words.INCENTIVES[0], "2025-04-30", "2045-04-30")
    return {
        "company": TECH.credit_code, "representative": HUANG.id_number, "newRepresentative": WU.id_number,
        "unit": at.unit_code, "parcel": at.parcel, "licence": licence.identifier,
    }  # fmt: skip


def _penalty(tell: Teller) -> dict[str, str]:
    at = tell.home(LIANGXI, 0, work=True)
    tell.household(tell.home(LIANGXI, 1), (ZHAO, "02"))
    tell.company(FOOD, at, ZHAO, "2009-08-08")
    tell.shareholders(FOOD, ("赵国平", "100.00"))
    licence = tell.licence("营业执照", FOOD, "2009-08-08")
    tell.licence("食品经营许可证", FOOD, "2019-05-01", "2024-04-30", status="EXPIRED")
    tell.credit(FOOD, "B", "811")
    tell.record(FOOD, PENALTY, words.PENALTIES[1], "2020-06-01", "2023-06-01")
    tell.record(FOOD, PENALTY, words.PENALTIES[2], "2025-02-10", "2045-02-10", "2025-08-20")
    tell.record(FOOD, PENALTY, words.PENALTIES[3], "2025-10-15", "2045-10-15")
    tell.record(FOOD, DISHONESTY, words.DISHONESTY[2], "2021-01-11", "2045-01-11", "2022-03-01")
    tell.record(FOOD, PERMIT, words.PERMITS[1], "2019-05-01", "2024-04-30")
    return {
        "company": FOOD.credit_code, "representative": ZHAO.id_number, "parcel": at.parcel, "licence": licence.identifier,
    }  # fmt: skip


def _no_dwelling(tell: Teller) -> dict[str, str]:
    tell.household(tell.home(XUANWU, 2), (SUN, "02"))
    tell.licence("社会保障卡", SUN, "2021-07-01", "2041-06-30")
    return {"applicant": SUN.id_number}


def _contradiction(tell: Teller) -> dict[str, str]:
    at = tell.home(GULOU, 1)
    tell.household(at, (MA, "02"))
    tell.household(tell.home(GULOU, 2), (HE, "02"))
    tell.marriage(MA, HE, "20", "2008-08-08")
    tell.own(at, MA, day="2012-05-09")
    certificate = tell.licence("离婚证", MA, "2025-11-20")
    tell.licence("离婚证", HE, "2025-11-20")
    return {"seller": MA.id_number, "formerSpouse": HE.id_number, "unit": at.unit_code, "licence": certificate.identifier}


def _nonconforming(tell: Teller) -> dict[str, str]:
    tell.household(tell.home(GULOU, 3), (ODD, "02"), sex="3", ethnic_group="99", birthplace="32O106")
    tell.mark(ODD, "sex", "ethnic_group", "birthplace", "name")
    return {"employee": ODD.id_number}


def _deceased(tell: Teller) -> dict[str, str]:
    at = tell.home(GUANGLING, 0)
    tell.household(at, (GU, "02"))
    tell.person(XU, at, None, None, vital_status="2", phone=None)
    tell.marriage(GU, XU, "30", "1966-10-01", widowed=True)
    tell.own(at, GU, day="2001-01-20")
    return {"partyB": GU.id_number, "formerSpouse": XU.id_number}


def _contractor(tell: Teller) -> dict[str, str]:
    at = tell.home(GUANGLING, 1, work=True, holder=BUILDER)
    tell.household(tell.home(GUANGLING, 2), (SHEN, "02"))
    tell.company(BUILDER, at, SHEN, "2006-03-16", registered_capital="8000.00")
    tell.shareholders(BUILDER, ("沈卫东", "55.00"), ("扬州城建控股有限公司", "45.00"))
    tell.own(at, BUILDER, day="2010-09-01", use="办公")
    tell.licence("营业执照", BUILDER, "2006-03-16")
    good = tell.licence("建筑业企业资质证书", BUILDER, "2024-05-01", "2044-04-30")
    safety = tell.licence("安全生产许可证", BUILDER, "2022-01-10", "2025-01-09", status="EXPIRED")
    tell.credit(BUILDER, "B", "788")
    return {
        "company": BUILDER.credit_code, "representative": SHEN.id_number, "parcel": at.parcel,
        "qualification": good.identifier, "safetyLicence": safety.identifier,
    }  # fmt: skip


def _liquidation(tell: Teller) -> dict[str, str]:
    at = tell.home(LIANGXI, 2, work=True)
    tell.household(tell.home(LIANGXI, 3), (QIAN, "02"))
    notice = "2026年1月15日起清算，清算组负责人：钱永康"
    tell.company(CLOSING, at, QIAN, "2003-02-14", liquidation=notice, social_insured_count="0")
    tell.shareholders(CLOSING, ("钱永康", "80.00"), ("赵国平", "20.00"))
    tell.licence("营业执照", CLOSING, "2003-02-14")
    tell.credit(CLOSING, "C", "655")
    return {"company": CLOSING.credit_code, "representative": QIAN.id_number}


_Told = tuple[str, str, str, str, Callable[[Teller], dict[str, str]], str]
_SCRIPT: tuple[_Told, ...] = (
    ("adult", "An ordinary adult", "普通成年人", "M07", _adult, "three certificates, one dwelling, one credit entry"),
    ("couple", "A married couple with one dwelling", "夫妻投靠落户", "M04", _couple,
     "every material is obtained from the registers: marriage, household, dwelling"),
    ("disability", "A holder of a disability certificate", "残疾人两项补贴", "M10", _disability,
     "the certificate is withheld without a grant; the remedy names the provider"),
    ("child", "A child under fourteen with both guardians", "义务教育入学", "M09", _child,
     "rows of children are narrower; household and parents answer for the school"),
    ("company", "A company with representative and shareholders", "公司变更登记", "M02", _company,
     "five registers about one company: entity, land, real estate, certificates, credit"),
    ("penalty", "A company with an expired and a repaired penalty", "食品经营许可新办", "M05", _penalty,
     "expired and repaired entries are not shown, the current one is; an expired certificate is not valid"),
    ("no-dwelling", "An applicant without a dwelling", "公共租赁住房资格", "M12", _no_dwelling,
     "an empty list is the proof: no dwelling, no marriage record"),
    ("contradiction", "A marital status against a divorce certificate", "存量房转移登记", "M01", _contradiction,
     "the marriage register says married, the certificate divorced: a doubt is reported, business goes on"),
    ("nonconforming", "A row with values that do not conform", "职工参保登记", "M06", _nonconforming,
     "sex 3, ethnic group 99, a letter in the birthplace's code, blanks in the name: delivered, marked NONCONFORMING"),
    ("deceased", "A deceased person and the widow", "结婚登记", "M03", _deceased,
     "the dead stay in the register with their status; the widow's record says 30"),
    ("contractor", "A contractor with an expired safety licence", "建筑工程施工许可", "M08", _contractor,
     "one certificate in force, one expired; the parcel and its right holder"),
    ("liquidation", "A company in liquidation", "税务注销清税", "M11", _liquidation, "the published liquidation notice"),
)  # fmt: skip


_CAST: Mapping[str, Mapping[str, tuple[str | Role | Firm, ...]]] = {
    "adult": {"applicant": ("person",), "realEstateUnit": ("unit",)},
    "couple": {
        "applicant": ("applicant",),
        "spouse": ("spouse",),
        "headOfHousehold": ("spouse",),
        "realEstateUnit": ("unit",),
    },
    "disability": {"applicant": ("applicant",)},
    "child": {"child": ("child",), "guardian": ("father", "mother"), "realEstateUnit": ("unit",)},
    "company": {"company": ("company",), "newRepresentative": ("newRepresentative",), "premises": ("unit",)},
    "penalty": {"company": ("company",), "representative": ("representative",), "premises": ("parcel",)},
    "no-dwelling": {"applicant": ("applicant",)},
    "contradiction": {"buyer": (CHEN,), "seller": ("seller",), "spouse": (LI,), "realEstateUnit": ("unit",)},
    "nonconforming": {"company": (TECH,), "employee": ("employee",), "agent": (HUANG,)},
    "deceased": {"partyA": (QIAN,), "partyB": ("partyB",), "formerSpouse": ("formerSpouse",)},
    "contractor": {"client": (TECH,), "contractor": ("company",), "landParcel": ("parcel",)},
    "liquidation": {"company": ("company",), "representative": ("representative",)},
}
"""Who the materials of the matter are about: an identifier of the story, or somebody of another one."""


def _cast(key: str, identifiers: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    def code(one: str | Role | Firm) -> str:
        match one:
            case Role():
                return one.id_number
            case Firm():
                return one.credit_code
            case _:
                return identifiers[one]

    return {role: tuple(map(code, played)) for role, played in _CAST[key].items()}


def _tell(block: Block) -> tuple[Story, ...]:
    tell = Teller(block)
    told = ((each, each[4](tell)) for each in _SCRIPT)
    return tuple(
        Story(key, title, zh, matter, identifiers, shows, _cast(key, identifiers))
        for (key, title, zh, matter, _, shows), identifiers in told
    )


STORY_BLOCK = start_block(0, 0)
"""Only what the stories told: no row of it hangs on chance, or on a row of chance."""
STORIES: tuple[Story, ...] = _tell(STORY_BLOCK)
"""The demo subjects."""
