"""窗口 · what a hall system does with a case, one typed function for each step; each raises `gateway.RefusedError`."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import documents
from .gateway import Answer, Gateway, Purpose
from .shapes import Authority, Case, Check, Doubt, Item, Kind, Subject


@dataclass(frozen=True, slots=True)
class Desk:
    """One case at one handler's desk: the purpose names matter, case and handler with every request."""

    gateway: Gateway
    purpose: Purpose
    subjects: Sequence[Subject]
    situations: Sequence[str] = ()

    def open_case(self, authorities: Sequence[Authority] = ()) -> Case:
        """先登记办件，再查询 · before the first read: what is granted for a case's subjects holds while it is open."""
        opened: Case = self._step(
            documents.OPEN, "openCase", matter=self.purpose.matter, subjects=self.subjects, authorities=authorities
        )
        return opened

    def check(self) -> tuple[Check, Answer]:
        """核验全部材料 · all registers in one round, one entry in the ledger; the answer belongs in the case file."""
        answer = self.gateway.ask(
            documents.CHECK, self.purpose,
            matter=self.purpose.matter, subjects=self.subjects, situations=self.situations,
        )  # fmt: skip
        checked: Check = answer.data["materialCheck"]
        return checked, answer

    def collect(self, material: str, reason: str | None = None) -> Kind:
        """登记收取 · that a material was asked of the citizen: lawful, or a duplicate, which needs a reason (Art. 16 ¶2)."""
        kind: Kind = self._step(documents.COLLECT, "recordCollection", material=material, reason=reason)["kind"]
        return kind

    def doubt(self, receipt: str, item: Item, observed: str, subject: str) -> Doubt:
        """提出疑义 · on a position of an answer. The register may be wrong; nothing stops because of it (Art. 18)."""
        answer = self.gateway.ask(
            documents.DOUBT, self.purpose,
            receipt=receipt, path=item["path"], observed=observed, subject=subject, provider=item["provider"],
        )  # fmt: skip
        doubt: Doubt = answer.data["reportDoubt"]
        return doubt

    def offered(self, material: str, name: str, media_type: str, scan: bytes, doubt: str | None) -> Kind:
        """登记主动提供的证明 · a scan of what was offered, not demanded, goes into the case file."""
        file = {"name": name, "mediaType": media_type, "content": base64.b64encode(scan).decode()}
        kind: Kind = self._step(documents.OFFERED, "recordOfferedProof", material=material, file=file, doubt=doubt)["kind"]
        return kind

    def hand_over(self, to: str, reason: str) -> "Desk":
        """移交 · the colleague's desk, whose name stands in the record from now on."""
        self._step(documents.HAND_OVER, "handOverCase", to=to, reason=reason)
        return replace(self, purpose=replace(self.purpose, handler=to))

    def close(self, result: str) -> Case:
        """办结 · it is not opened again; `warnings` tell what stood so when it was decided."""
        closed: Case = self._step(documents.CLOSE, "closeCase", result=result)
        return closed

    def _step(self, document: str, name: str, **variables: object) -> Any:
        return self.gateway.ask(document, self.purpose, case=self.purpose.case, **variables).data[name]
