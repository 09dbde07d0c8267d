"""The rule of the regulation on themes, which several departments build together."""

from collections.abc import Iterator

from catalogue.check import Breach, parts
from catalogue.model import Catalogue

THEME_CLASS = "2"
"""类 of a thematic resource's code (目录编制指南: 1 base, 2 thematic, 3 departmental)."""
FEWEST = 2


def themes_are_built_jointly(catalogue: Catalogue) -> Iterator[Breach]:
    """A theme has one lead department, which compiles it, and at least two departments contribute to it (多部门共建)."""
    for register in catalogue.registers.values():
        resources = [
            one for one in catalogue.resources.values() if one.register == register.name and one.code.startswith(THEME_CLASS)
        ]
        contributors = {entry.provider for one in resources for entry in parts(one)}
        if resources and len(contributors) < FEWEST:
            yield Breach(
                register.file,
                "register",
                f"theme `{register.name}` has {len(contributors)} contributing department",
                "主题信息资源由多部门共建，提供部门不足两个",
                "name the provider of each item: of two departments at least",
            )
