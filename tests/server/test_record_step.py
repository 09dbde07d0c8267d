"""A step of the workflow is recorded under the epoch as of which its caller still may take it."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from errors import CLIENT_DISABLED, GatewayError
from resolvers.gateway import Caller
from resolvers.ports import Recorded, Stale
from resolvers.workflow.context import Context
from sharing.rights import Rights
from tests.http.house import HALL, HeldLedger
from tests.identity.registered import House


class Moving:
    """Rights that move once; with them the client is disabled."""

    catalogue_version = 1

    def __init__(self) -> None:
        self.rights = Rights(1, {})

    async def refresh(self, epoch: int) -> None:
        self.rights = Rights(epoch, {})


def context(ledger: HeldLedger, rights: Moving, disabled_from: int) -> Context:
    def stands(caller: Caller) -> None:
        if rights.rights.epoch >= disabled_from:
            raise GatewayError(CLIENT_DISABLED, "disabled")

    ports = SimpleNamespace(rights=rights, ledger=ledger, subject_hash=lambda code: b"", stands=stands)
    consumer = House(HALL).identity.current(cast("Any", SimpleNamespace(client="hall")), 0.0)
    caller = Caller(consumer, None, None)
    document, served = SimpleNamespace(hash=b"\0" * 32), SimpleNamespace(version=1)
    return Context(caller, cast("Any", document), cast("Any", served), cast("Any", ports))


async def test_a_step_that_the_epoch_overtook_is_recorded_under_the_new_one() -> None:
    ledger = HeldLedger(epoch=2)
    assert await context(ledger, Moving(), disabled_from=3).record("closeCase", "1")
    assert len(ledger.entries) == 1
    assert isinstance(await ledger.append(cast("Any", None), b"", 2, ()), Recorded)
    assert isinstance(await ledger.append(cast("Any", None), b"", 1, ()), Stale)


async def test_a_client_that_was_disabled_meanwhile_takes_no_step() -> None:
    ledger = HeldLedger(epoch=2)
    with pytest.raises(GatewayError) as refused:
        await context(ledger, Moving(), disabled_from=2).record("closeCase", "1")
    assert refused.value.code is CLIENT_DISABLED
    assert ledger.entries == []
