from catalogue.finding import Finding
from catalogue.model import Catalogue


def check_catalogue(catalogue: Catalogue) -> tuple[Finding, ...]:
    return ()
