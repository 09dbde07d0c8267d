"""Answers of `materialCheck` with their receipts, as a counter system keeps them."""

from typing import Any

import orjson

from ledger.delivered import digest_delivered
from ledger.signed_receipt import ReceiptSeal, claims
from tests.ledger.signed import ISSUER, KEYS, entry

CONSUMER = "11320000014000127A"


def material(code: str, title: str, verdict: str, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "code": code, "title": title, "verdict": verdict, "reasonText": "经共享取得", "article": "Art. 16 ¶2",
        "providerTitle": "江苏省公安厅", "lenience": None, "contents": [],
    }  # fmt: skip
    return base | more


def content(title: str, value: str | None, outcome: str = "SHARED") -> dict[str, Any]:
    return {"title": title, "value": value, "outcome": outcome, "asOf": "2026-03-02T01:00:00Z", "role": "applicant"}


def check() -> dict[str, Any]:
    """One material of each verdict."""
    return {
        "materialCheck": {
            "matter": "M07",
            "title": "公租房申请",
            "materials": [
                material("A01", "身份证明", "NOT_TO_BE_ASKED",
                         contents=[content("姓名", "王明远"), content("出生日期", "1990-01-01")]),
                material("A02", "无房证明", "NOT_TO_BE_ASKED", reasonText="没有查到住房，即为无房"),
                material("A03", "婚姻证明", "ACCEPT_IF_OFFERED",
                         contents=[content("婚姻状况", "MARRIED", "UNDER_VERIFICATION")]),
                material("A04", "收入证明", "OBTAINABLE", reasonText="可以申请共享"),
                material("A05", "残疾人证", "ASK_WITH_REASON", reasonText="来源暂不可用",
                         lenience={"kind": "DEFERRED", "checkBy": "2026-03-23"}),
                material("A06", "申请表", "ASK", reasonText="没有可以替代的数据"),
            ],
        }
    }  # fmt: skip


def answer(data: dict[str, Any], consumer: str = CONSUMER) -> dict[str, Any]:
    """The data with a receipt over it."""
    delivered = digest_delivered(data)
    told = entry()._replace(consumer=consumer, data=delivered.hash)
    (sealed,) = ReceiptSeal(KEYS, ISSUER).seal([claims(told)])
    receipt = orjson.loads(sealed.with_fields(delivered))
    copied: dict[str, Any] = orjson.loads(orjson.dumps(data))
    return {"data": copied, "extensions": {"sharing": {"receipt": str(told.id), "signedReceipt": receipt}}}
