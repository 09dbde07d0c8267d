"""What is wrong with a catalogue: one shape for the loader's faults and the checks' refusals."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.words import is_chinese
from errors import CATALOGUE_INVALID, GatewayError

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: `file` and `path` say where (`population.toml`, `resource.Person.item.phone.sharing`), `hint` what to do.

    `message_zh` says it in Chinese, to a clerk who reads no English. `article` cites the regulation where a rule of law is
    broken; a plain mistake of writing has none. Raises ValueError where either wording is lacking.
    """

    file: str
    path: str
    message: str
    message_zh: str
    hint: str = ""
    article: str = ""

    def __post_init__(self) -> None:
        if not (self.message and is_chinese(self.message_zh)):
            raise ValueError(f"a finding at `{self.path}` lacks its words in English or in Chinese")

    def to_json(self) -> dict[str, str]:
        """The finding as an error's extensions name it."""
        return {
            "file": self.file,
            "path": self.path,
            "article": self.article,
            "message": self.message,
            "messageZh": self.message_zh,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        parts = [f"{self.file}: {self.path}: {self.message}" if self.path else f"{self.file}: {self.message}"]
        if self.article:
            parts.append(f"({self.article})")
        parts.append(self.message_zh)
        return " ".join(parts) + (f"; {self.hint}" if self.hint else "")


def refuse(findings: Sequence[Finding]) -> None:
    """Raise GatewayError(CATALOGUE_INVALID) with all findings, at most `MOST_SHOWN` of them; nothing if there are none."""
    if not findings:
        return
    shown = [str(finding) for finding in findings[:MOST_SHOWN]]
    if len(findings) > MOST_SHOWN:
        shown.append(f"and {len(findings) - MOST_SHOWN} more")
    articles = ", ".join(dict.fromkeys(finding.article for finding in findings if finding.article))
    raise GatewayError(
        CATALOGUE_INVALID,
        "the catalogue has errors:\n" + "\n".join(shown),
        "correct the named entries and start again",
        article=articles,
        extensions={"findings": [{"file": finding.file, "path": finding.path} for finding in findings[:MOST_SHOWN]]},
    )
