"""A small theme, as its lead department would draft it: one item of each provider, or with no provider nothing at all."""

from collections.abc import Sequence

REGISTER = "elderly_care"
_HEAD = """[register]
name = "{register}"
title = "养老服务"
lead = "{lead}"
"""
_RESOURCE = """
[resource.CareHome]
code = "201001/000001"
title = "养老机构信息"
abstract = "养老机构的名称和用地"
note = "A home for the elderly."
provider = "{lead}"
format = "database"
update_cycle = "daily"
modes = ["online_lookup"]
network_zone = "extranet"
key = "number"

[resource.CareHome.lookup]
by_number = {{ item = "number", unique = true }}

[resource.CareHome.root.careHome]
lookup = "by_number"
argument = "number"
title = "按编号查询养老机构"

[resource.CareHome.item]
number = {{ seq = 1, title = "机构编号", type = "String", kind = "business", sharing = "unconditional", note = "Number." }}
"""
_ITEM = (
    'fact{number} = {{ seq = {number}, title = "情况{number}", type = "String", kind = "business",'
    ' sharing = "unconditional", provider = "{provider}", note = "A fact." }}\n'
)


def theme(lead: str, providers: Sequence[str], register: str = REGISTER) -> str:
    """The theme's file; the lead is a provider as well."""
    items = (_ITEM.format(number=number, provider=provider) for number, provider in enumerate(providers, 2))
    resource = _RESOURCE.format(lead=lead) if providers else ""
    return _HEAD.format(register=register, lead=lead) + resource + "".join(items)
