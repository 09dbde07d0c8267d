"""What the demo's registers are called: by sources.toml, on paper, and by people."""

from dataclasses import dataclass

from errors import INPUT_INVALID, GatewayError


@dataclass(frozen=True, slots=True)
class RegisterTitle:
    """A register: its name in sources.toml, its title, and what else it, or a register it holds, is called."""

    name: str
    title: str
    also: tuple[str, ...]


TITLES: tuple[RegisterTitle, ...] = (
    RegisterTitle("population", "人口基础信息库", ("人口", "人口库", "person", "婚姻登记", "户籍", "marriage", "household")),
    RegisterTitle("legal_entity", "法人单位基础信息库", ("法人", "法人库", "法人单位", "企业", "company")),
    RegisterTitle(
        "geospatial",
        "自然资源和空间地理基础信息库",
        ("空间地理", "自然资源", "地理", "不动产", "不动产库", "不动产登记", "不动产登记簿", "real_estate", "land"),
    ),
    RegisterTitle("licence", "电子证照基础信息库", ("证照", "电子证照", "证照库", "电子证照库", "license", "certificate")),
    RegisterTitle("credit", "社会信用基础信息库", ("信用", "社会信用", "信用库", "社会信用库")),
)
"""The real-estate register (不动产登记簿) stands in the register of natural resources, with the parcels of land."""


def find_register(word: str) -> RegisterTitle:
    """The register that somebody calls so; `-` and `_` are the same. Raises INPUT_INVALID listing the names."""
    spoken = word.strip().lower().replace("-", "_").replace(" ", "_")
    for one in TITLES:
        if spoken == one.name or spoken == one.title or spoken in one.also:
            return one
    raise GatewayError(
        INPUT_INVALID,
        f"no register `{word}`",
        "registers are " + ", ".join(f"`{one.name.replace('_', '-')}` {one.title}" for one in TITLES)
        + "; `real-estate` 不动产登记簿 is in `geospatial`",
    )  # fmt: skip
