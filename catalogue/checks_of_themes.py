"""The rule of the regulation on themes, which several departments build together."""

from collections.abc import Iterator

from catalogue.check import Breach, parts
from catalogue.checks_of_law import BASE_REGISTERS
from catalogue.model import Catalogue, Resource

THEME_CLASS, DEPARTMENT_CLASS = "2", "3"
"""类 of a thematic and a departmental resource's code (目录编制指南: 1 base, 2 thematic, 3 departmental)."""
FEWEST = 2


def themes_are_built_jointly(catalogue: Catalogue) -> Iterator[Breach]:
    """A theme has one lead department, which compiles it, and at least two departments contribute to it (多部门共建)."""
    for register in catalogue.registers.values():
        resources = [one for one in catalogue.resources.values() if one.register == register.name]
        themes = [one for one in resources if _is_thematic(one)]
        contributors = {entry.provider for one in themes for entry in parts(one)}
        is_empty = not resources and register.name not in BASE_REGISTERS
        if (themes or is_empty) and len(contributors) < FEWEST:
            yield Breach(
                register.file,
                "register",
                f"theme `{register.name}` has {len(contributors) or 'no'} contributing department",
                f"主题信息资源由多部门共建，提供部门不足两个（现有{len(contributors)}个）",
                "name the provider of each item: of two departments at least",
            )


def _is_thematic(resource: Resource) -> bool:
    """By its class; outside the base registers whatever is not a department's own (部门信息资源)."""
    if resource.register in BASE_REGISTERS:
        return resource.code.startswith(THEME_CLASS)
    return not resource.code.startswith(DEPARTMENT_CLASS)
