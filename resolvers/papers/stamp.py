"""What every paper of the case file says of the answer that it rests on: taken from the signed claims, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ledger.verify_receipt import Verdict

HERE = ZoneInfo("Asia/Shanghai")
USES: Mapping[str, str] = {
    "administrative_basis": "行政依据",
    "work_reference": "工作参考",
    "data_verification": "数据校核",
    "business_coordination": "业务协同",
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who was answered, through whom, when, for what, and what proves it. `at` is China's time, to the second.

    `duty`: the department whose duty it was, where the consumer acted for another.
    """

    receipt: str
    consumer: str
    duty: str | None
    handler: str
    case: str
    matter: str
    use: str
    at: str
    document: str
    data: str
    issuer: str
    key: str
    signature: str

    @property
    def watermark(self) -> str:
        """Consumer, handler, case and time (Art. 17 ¶2: the whole process is logged, exports are marked)."""
        return " · ".join(part for part in (self.consumer, f"经办 {self.handler}", f"办件 {self.case}", self.at) if part)


def stamp_of(verdict: Verdict, jws: str, titles: Mapping[str, str]) -> Stamp:
    """The stamp of a receipt that was found genuine. `titles`: departments' names by their credit codes."""
    claims, purpose = verdict.claims, verdict.claims.get("purpose")
    stated: Mapping[str, object] = purpose if isinstance(purpose, dict) else {}
    consumer, duty = str(claims["consumer"]), stated.get("actingFor")
    return Stamp(
        receipt=str(claims["id"]),
        consumer=titles.get(consumer, consumer),
        duty=None if duty is None else titles.get(str(duty), str(duty)),
        handler=str(stated.get("handler", "")),
        case=str(stated.get("case", "")),
        matter=str(stated.get("matter", "")),
        use=USES.get(str(stated.get("use", "")), str(stated.get("use", ""))),
        at=local_time(str(claims["time"])),
        document=str(claims["document"]),
        data=str(claims["data"]),
        issuer=verdict.issuer,
        key=verdict.key_id,
        signature=jws.rpartition(".")[2],
    )


def local_time(text: str) -> str:
    """An instant of the answer as it is written here; a text that is none stays as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if moment.tzinfo is None else f"{moment.astimezone(HERE):%Y-%m-%d %H:%M:%S}"
