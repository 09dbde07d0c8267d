"""The rules of the regulation that a catalogue must meet before it is published, one function each."""

import re
from collections.abc import Iterator

from catalogue.check import Breach, conditionals, entries, entry_path, parts, resource_path, sharings, withheld
from catalogue.model import BasisClass, Catalogue, Conditional, Form, Kind, NotShared, Rows, Unconditional
from standards import catalogue_code, credit_code, divisions
from standards.faults import IdentifierFault

BASE_REGISTERS = frozenset({"population", "legal_entity", "geospatial", "licence", "credit"})
NETWORK_ZONES = frozenset({"extranet", "intranet"})

# How the number of a text shows its class: only these four classes can withhold (Art. 11(1)).
BASIS_NUMBERS = {
    BasisClass.LAW: re.compile(r"中华人民共和国主席令"),
    BasisClass.ADMINISTRATIVE_REGULATION: re.compile(r"国务院令"),
    BasisClass.CENTRAL_COMMITTEE_POLICY: re.compile(r"^(中发|中办发|厅字|中委)"),
    BasisClass.STATE_COUNCIL_POLICY: re.compile(r"^(国发|国办发|国函|国办函)"),
}
CLAUSE = re.compile(r"第[〇零一二三四五六七八九十百千\d]+[条款项章]|^[（(一二三四五六七八九十]")
STATUTE = re.compile(r"《.+(法|法典|条例)》第[〇零一二三四五六七八九十百千\d]+条")


def codes_conform(catalogue: Catalogue) -> Iterator[Breach]:
    """A resource's code is unique and canonical: it is what applications, grants and the ledger name."""
    seen: dict[str, str] = {}
    for resource in catalogue.resources.values():
        path = f"{resource_path(resource)}.code"
        try:
            canonical = catalogue_code.canonical(resource.code)
        except IdentifierFault as fault:
            yield Breach(resource.file, path, fault.message, fault.message_zh, fault.hint)
            continue
        if canonical != resource.code:
            yield Breach(
                resource.file,
                path,
                f"`{resource.code}` is not the canonical form",
                "目录代码不是规范形式",
                f"write `{canonical}`",
            )
        if canonical in seen:
            yield Breach(
                resource.file,
                path,
                f"`{canonical}` is also the code of {seen[canonical]}",
                "目录代码重复",
                "give each resource a code of its own",
            )
        seen.setdefault(canonical, resource.name)


def attributes_are_stated(catalogue: Catalogue) -> Iterator[Breach]:
    """The attributes of the compilation guide: 分类 责任方 格式 属性 更新时限 共享类型 共享方式 使用要求."""
    for resource in catalogue.resources.values():
        for key, title in (("title", "名称"), ("abstract", "属性（摘要）"), ("format", "格式"), ("provider", "责任方")):
            if not getattr(resource, key):
                yield Breach(
                    resource.file, f"{resource_path(resource)}.{key}", "is not stated", f"未注明{title}", "state it"
                )
        if resource.register not in catalogue.registers:
            yield Breach(
                resource.file, resource_path(resource), "belongs to no register", "未注明分类", "put it into a register"
            )
    for site in entries(catalogue):
        if not site.entry.title:
            yield site.breach("title", "is not stated", "未注明信息项名称", "state the Chinese title")


def one_source_for_each_datum(catalogue: Catalogue) -> Iterator[Breach]:
    """一数一源: no code twice, and every provider is a known department."""
    seen: dict[str, str] = {}
    for resource in catalogue.resources.values():
        if resource.provider not in catalogue.departments:
            yield Breach(
                resource.file,
                f"{resource_path(resource)}.provider",
                f"is no known department: `{resource.provider}`",
                "提供部门不在部门目录中",
                "add the department to departments.toml",
            )
        for entry in parts(resource):
            path = entry_path(resource, entry)
            if entry.code in seen:
                yield Breach(
                    resource.file,
                    f"{path}.seq",
                    f"gives the code `{entry.code}`, which is also that of {seen[entry.code]}",
                    "信息项代码重复，违反一数一源",
                    "give each entry of the resource its own `seq`",
                )
            seen.setdefault(entry.code, path)
            if entry.provider not in catalogue.departments:
                yield Breach(
                    resource.file,
                    f"{path}.provider",
                    f"is no known department: `{entry.provider}`",
                    "提供部门不在部门目录中",
                    "add the department to departments.toml",
                )


def each_part_has_one_source(catalogue: Catalogue) -> Iterator[Breach]:
    """Where others provide rows by the value of a shown item, each value is one department's, and not the resource's own."""
    for resource in catalogue.resources.values():
        if resource.parted is None:
            continue
        parted, path = resource.parted, resource_path(resource)
        item = resource.items.get(parted.by)
        if item is None or item.internal or item.derivation is not None or item.type != "String":
            yield Breach(
                resource.file,
                f"{path}.parted_by",
                f"`{parted.by}` is no shown text of {resource.name}",
                "分部门提供所依据的信息项应为对外提供的文本信息项",
                "name a held item of type `String` that is not internal",
            )
        for value in sorted({value for value in parted.values if parted.values.count(value) > 1}):
            yield Breach(
                resource.file,
                f"{path}.part",
                f"`{value}` stands twice",
                "同一取值的部分重复，违反一数一源",
                "leave each value to one department, once",
            )
        for provider in parted.of:
            if provider == resource.provider or provider not in catalogue.departments:
                yield Breach(
                    resource.file,
                    f"{path}.part",
                    f"`{provider}` is the resource's provider, or no known department",
                    "部分的提供部门应为资源提供部门以外的已知部门",
                    "name another department, known in departments.toml",
                )


def parties_are_identified(catalogue: Catalogue) -> Iterator[Breach]:
    """Each department bears a conforming unified social credit code, and administers a known division."""
    for department in catalogue.departments.values():
        path = f"department.{department.name}"
        try:
            credit_code.parse(department.code)
        except IdentifierFault as fault:
            yield Breach("departments.toml", f"{path}.code", fault.message, fault.message_zh, fault.hint)
        if department.division not in divisions.DIVISIONS:
            yield Breach(
                "departments.toml",
                f"{path}.division",
                f"is no known division: `{department.division}`",
                "行政区划代码不在表中",
                "write a six-digit division code",
            )
    for register in catalogue.registers.values():
        if register.lead not in catalogue.departments:
            yield Breach(
                register.file,
                "register.lead",
                f"is no known department: `{register.lead}`",
                "牵头部门不在部门目录中",
                "add the department to departments.toml",
            )


def conditional_is_open_in_part_only(catalogue: Catalogue) -> Iterator[Breach]:
    """What all departments may see in full is unconditional; what they may see in part is one of the item's forms."""
    for site, sharing in conditionals(catalogue):
        if sharing.open_form == Form.FULL:
            yield site.breach(
                "open_form",
                "opens the full form to all departments",
                "向所有部门提供全部内容的，应为无条件共享",
                "make it `unconditional`, or open a part only",
            )
        elif sharing.open_form is not None and sharing.open_form not in sharing.forms:
            yield site.breach(
                "open_form",
                f"`{sharing.open_form}` is not among the item's forms",
                "开放形式不在提供形式之列",
                "add it to `forms`",
            )


def row_rules_only_narrow(catalogue: Catalogue) -> Iterator[Breach]:
    """A rule on rows takes away: it never opens more than the entry's own sharing type does."""
    for site in sharings(catalogue):
        if site.rule is None:
            continue
        match site.entry.sharing, site.sharing:
            case (_, NotShared()) | (Unconditional(), Conditional()):
                continue
            case Conditional() as own, Conditional() as narrower:
                forms = set(own.forms) | {Form.MASKED if Form.FULL in own.forms else Form.VERIFY}
                if set(narrower.forms) <= forms and narrower.open_form in (None, own.open_form):
                    continue
        yield site.breach(
            "sharing",
            "opens more than the entry itself",
            "按行规则的共享范围宽于信息项本身",
            "state the wider sharing on the entry and narrow it by rules",
        )


def withholding_has_a_basis(catalogue: Catalogue) -> Iterator[Breach]:
    """Not shared only by a law, an administrative regulation or a policy of the Central Committee or the State Council.

    A word like 「敏感」 is no basis, nor is a departmental or local rule.
    """
    hint = "cite title, number and clause of a 法律, 行政法规, 党中央政策 or 国务院政策, or make it conditional"
    for site, sharing in withheld(catalogue):
        basis = sharing.basis
        if not (basis.title.strip() and basis.number.strip() and basis.clause.strip()):
            yield site.breach("basis", "lacks title, number or clause", "不予共享的依据缺少名称、文号或条款", hint)
        elif "敏感" in basis.title + basis.number + basis.clause:
            yield site.breach("basis", "`敏感` (sensitive) is no basis", "“敏感”不是不予共享的依据", hint)
        elif not BASIS_NUMBERS[basis.basis_class].search(basis.number):
            yield site.breach(
                "basis.number",
                f"`{basis.number}` is not the number of a text of class `{basis.basis_class}`",
                "文号与依据类别不符，部门规章、地方规定不能作为不予共享的依据",
                hint,
            )
        elif not CLAUSE.search(basis.clause):
            yield site.breach("basis.clause", f"`{basis.clause}` names no clause", "依据未写明条款", hint)


def base_items_are_unconditional(catalogue: Catalogue) -> Iterator[Breach]:
    """Base items of the five registers are shared unconditionally among departments.

    A row rule may narrow them only where a statute, which ranks above the regulation, says so: `article` cites it.
    """
    for site in sharings(catalogue):
        if site.entry.kind != Kind.BASE or site.resource.register not in BASE_REGISTERS:
            continue
        if site.rule is None and not isinstance(site.sharing, Unconditional):
            yield site.breach(
                "sharing",
                "is a base item and not unconditional",
                "基础信息项应无条件共享",
                "make it `unconditional`, or a business item if that is what it is",
            )
        if site.rule is not None and not STATUTE.search(site.rule.article):
            yield site.breach(
                "article",
                "narrows a base item without citing a statute",
                "收窄基础信息项须写明法律、行政法规条款",
                "cite it as 《…法》第…条",
            )


def row_rules_say_why(catalogue: Catalogue) -> Iterator[Breach]:
    """Each rule on rows says what it is for and where it stands in the law."""
    for site in sharings(catalogue):
        if site.rule is not None and not (site.rule.note and site.rule.article):
            yield site.breach(
                "article", "has no note or no article", "按行规则未写明理由或依据", "state `note` and `article`"
            )


def conditional_states_its_terms(catalogue: Catalogue) -> Iterator[Breach]:
    """共享条件, 共享范围 and 使用用途: all three are published with the item."""
    for site, sharing in conditionals(catalogue):
        for key, title, stated in (
            ("condition", "共享条件", sharing.condition),
            ("scope", "共享范围", sharing.scope),
            ("uses", "使用用途", sharing.uses),
        ):
            if not stated:
                yield site.breach(
                    key,
                    f"a conditional item states no {key}",
                    f"有条件共享未明确{title}",
                    f"state `{key}`, or name `terms` of the file",
                )


def conditional_can_be_granted(catalogue: Catalogue) -> Iterator[Breach]:
    """A conditional item names at least one form and one reach of rows: otherwise it would be withheld without a basis."""
    for site, sharing in conditionals(catalogue):
        for key, title, stated in (("forms", "提供形式", sharing.forms), ("rows", "数据范围", sharing.rows)):
            if not stated:
                yield site.breach(
                    key,
                    f"names no {key}: nothing can be granted",
                    f"未列明{title}，等于不予共享",
                    f"state `{key}`, or make it `not_shared` with its basis",
                )


def rows_can_be_told(catalogue: Catalogue) -> Iterator[Breach]:
    """A reach of rows needs the item that tells it: the division's, the subject's."""
    for site, sharing in conditionals(catalogue):
        if Rows.OWN_DIVISION in sharing.rows and site.resource.division is None:
            yield site.breach(
                "rows",
                "`own_division` on a resource without a division item",
                "资源未指定行政区划信息项",
                f"name `division` on {site.resource.name}, or leave the word out",
            )
        if Rows.CASE_SUBJECT in sharing.rows and site.resource.subject is None:
            yield site.breach(
                "rows",
                "`case_subject` on a resource without a subject item",
                "资源未指定主体信息项",
                f"name `subject` on {site.resource.name}, or leave the word out",
            )


def modes_are_stated(catalogue: Catalogue) -> Iterator[Breach]:
    """提供方式: what is shared in any way names its modes, what is not shared at all names none."""
    with_shared = {site.resource.name for site in entries(catalogue) if not isinstance(site.sharing, NotShared)}
    for resource in catalogue.resources.values():
        shared = resource.name in with_shared
        path = f"{resource_path(resource)}.modes"
        if shared and not resource.modes:
            yield Breach(
                resource.file,
                path,
                "names no mode",
                "未注明提供方式",
                "name one of online_lookup, bulk_download, system_interconnection, front_end_server",
            )
        if not shared and resource.modes:
            yield Breach(
                resource.file,
                path,
                "names modes though nothing of it is shared",
                "不予共享的资源不应有提供方式",
                "leave `modes` empty",
            )


def network_zone_is_known(catalogue: Catalogue) -> Iterator[Breach]:
    """A deployment serves one zone; what belongs to the intranet is not in the catalogue of the extranet."""
    zones = {resource.network_zone for resource in catalogue.resources.values()}
    for resource in catalogue.resources.values():
        path = f"{resource_path(resource)}.network_zone"
        if resource.network_zone not in NETWORK_ZONES:
            yield Breach(
                resource.file,
                path,
                f"`{resource.network_zone}` is no zone",
                "网络域不明",
                "write `extranet` (外网) or `intranet` (内网)",
            )
        elif resource.network_zone == "intranet" and "extranet" in zones:
            yield Breach(
                resource.file,
                path,
                "is of the intranet in a catalogue of the extranet",
                "内网资源不得进入外网目录",
                "keep it in the intranet's own deployment",
            )
