"""A catalogue against the regulation: one function per rule, its article as data. The table of the rules is `CHECKS`."""

from collections.abc import Callable, Iterator
from inspect import getdoc

from catalogue import checks_of_forms as forms
from catalogue import checks_of_law as law
from catalogue import checks_of_references as references
from catalogue import checks_of_themes as themes
from catalogue.check import Breach, Check
from catalogue.finding import Finding
from catalogue.model import Catalogue


def _check(article: str, find: Callable[[Catalogue], Iterator[Breach]]) -> Check:
    title = (getdoc(find) or "").partition("\n\n")[0].replace("\n", " ")
    return Check(find.__name__, article, title, find)


CHECKS: tuple[Check, ...] = (
    _check("Art. 2", law.parties_are_identified),
    _check("Art. 4(3)", law.one_source_for_each_datum),
    _check("Art. 4(3)", law.each_part_has_one_source),
    _check("Art. 7", law.codes_conform),
    _check("Art. 7", references.names_are_names),
    _check("Art. 7", forms.types_are_known),
    _check("Art. 7", references.referred_items_exist),
    _check("Art. 7", references.rows_are_ordered),
    _check("Art. 7", forms.derived_items_are_derived),
    _check("Art. 7", references.relations_lead_somewhere),
    _check("Art. 7", references.unions_are_told_apart),
    _check("Art. 7", references.linkable_is_documented),
    _check("Art. 7", references.roots_lead_somewhere),
    _check("Art. 8", law.attributes_are_stated),
    _check("Art. 10", law.conditional_is_open_in_part_only),
    _check("Art. 10", law.row_rules_only_narrow),
    _check("Art. 10", law.row_rules_say_why),
    _check("Art. 10", forms.masked_form_has_a_mask),
    _check("Art. 10", forms.verify_form_has_a_match),
    _check("Art. 10", forms.verified_items_can_be_compared),
    _check("Art. 11(1)", law.withholding_has_a_basis),
    _check("Art. 11(2)", law.base_items_are_unconditional),
    _check("Art. 11(3)", themes.themes_are_built_jointly),
    _check("Art. 13", law.network_zone_is_known),
    _check("Art. 15", law.conditional_states_its_terms),
    _check("Art. 15", law.conditional_can_be_granted),
    _check("Art. 15", law.rows_can_be_told),
    _check("Art. 15", law.modes_are_stated),
)


def check_catalogue(catalogue: Catalogue) -> tuple[Finding, ...]:
    """Every breach of every rule, in the order of `CHECKS`; empty for a catalogue that may be published."""
    return tuple(finding for check in CHECKS for finding in check.run(catalogue))
