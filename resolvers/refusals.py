"""Refusals: told as an error, once they are on the record."""

import contextlib
import time
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime

import errors
from catalogue.model import Mode
from resolvers.decide import Permitted
from resolvers.gateway import Gateway
from resolvers.identify_ports import IdentityError
from resolvers.plan.plan import Plan
from resolvers.ports import Recorded
from resolvers.record import Asked, Named, WithheldError, breaches_of, record_refusal
from resolvers.respond import Answer, error_answer
from resolvers.trace import Trace
from schema.limits import Limits
from sharing.conceal import Concealed, conceal, longest
from sharing.consumer import Asking
from sharing.rights import Rights

ATTEMPTS = 3
"""How often a request is decided again before it is told that rights are moving."""


class Refusals:
    """What is recorded of a request that is refused: all of one for data, and of any other what it attempted."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._asked: Asked | None = None
        self._for_data = False
        self._decided = False
        self._matters: tuple[str, ...] = ()
        self._named: Named | None = None

    def about(self, asked: Asked, plan: Plan) -> Asked:
        """From here on it is known what is asked: of a request for data, whatever becomes of it is recorded."""
        self._asked, self._for_data, self._decided = asked, bool(plan.roots or plan.checks), False
        self._matters = plan.matters
        return asked

    def attempted(self, asked: Asked, permitted: Permitted) -> Asked:
        """What of it was asked beyond what was granted stands in the entry, whatever becomes of the request; and so does
        that it is kept from its subjects.
        """
        self._decided = True
        if permitted.breaches or permitted.concealed is not None or asked.concealed is not None:
            self._asked = asked = asked._replace(breaches=permitted.breaches, concealed=permitted.concealed)
        return asked

    def named(self, plan: Plan, keys: Sequence[Sequence[Hashable]]) -> None:
        """Whom the request names: a refusal is told to them as well."""
        roots = [
            (".".join(root.path), [key for key in of_root if isinstance(key, str)])
            for root, of_root in zip(plan.roots, keys, strict=True)
        ]
        self._named = Named(roots, self._gateway.subject_hash)

    async def tell(self, error: errors.GatewayError, timed: Trace) -> Answer:
        """The error as an answer, recorded first; if even that cannot be written, the caller is told so."""
        if self._asked is None:
            await record_unbound(self._gateway, error)
            return error_answer(error, timed.steps)
        if error.code is errors.LEDGER_UNAVAILABLE or not (self._for_data or breaches_of(error)):
            return error_answer(error, timed.steps)
        try:
            decided = self._decided and error.code is not errors.RIGHTS_MOVED  # what was decided is not what holds now
            await record_refused(self._gateway, self._asked, error, self._named, self._matters, decided=decided)
        except errors.GatewayError as unrecorded:
            return error_answer(unrecorded, timed.steps)
        return error_answer(error, timed.steps)


def concealed_undecided(rights: Rights, asked: Asked, matters: Iterable[str]) -> Concealed | None:
    """How a request that was refused before anything was decided is kept from whom it names: by any grant that it might have
    been asked under, of whoever asks or whose duty it claims, for the purpose's matter or one of those whose materials it
    checks. Who investigates must not be told of by a slip (个人信息保护法 18 ¶1); the auditor sees it all the same.
    """
    own, purpose = asked.consumer.department, asked.purpose
    if purpose is None:
        return conceal(rights.concealing.get(own, ()), None, datetime.now(UTC), None)
    asking = Asking(own, "", purpose.matter, purpose.use, Mode.ONLINE_LOOKUP, in_case=purpose.case is not None)
    departments = {own, purpose.acting_for or own}
    grants = [grant for one in departments for grant in rights.concealing.get(one, ())]
    each = (asking._replace(matter=matter) for matter in {purpose.matter, *matters})
    return longest(conceal(grants, one, datetime.now(UTC), None) for one in each)


async def record_refused(
    gateway: Gateway,
    asked: Asked,
    error: errors.GatewayError,
    named: Named | None = None,
    matters: Sequence[str] = (),
    *,
    decided: bool = False,
) -> None:
    """The entry of a refusal, once it is durable.

    `matters`: whose materials it checks. `decided`: by the rights in force it is known how it is kept from whom it names.
    Raises LEDGER_UNAVAILABLE, OVERLOADED, RIGHTS_MOVED.
    """
    if isinstance(error, WithheldError):
        asked, decided = asked._replace(concealed=error.concealed), True
    for _ in range(ATTEMPTS):
        if named is not None and not decided:  # by the rights that it is recorded under
            undecided = concealed_undecided(gateway.rights.rights, asked, matters)
            asked = asked._replace(concealed=longest((asked.concealed, undecided)))
        _, receipt = await record_refusal(gateway.ledger, asked, gateway.rights.rights.epoch, error, named)
        if isinstance(receipt, Recorded):
            return
        await gateway.rights.refresh(receipt.epoch)
        decided = False
    raise rights_moving()


async def record_unbound(gateway: Gateway, error: errors.GatewayError) -> None:
    """An authentic token used from outside its network or key is an attempt (Art. 4(4)), on the record in its client's name.

    One a second of each client and worker, so that nobody floods the ledger; where that cannot be written, the caller is
    refused all the same.
    """
    consumer = error.consumer if isinstance(error, IdentityError) else None
    if consumer is None or gateway.unbound.bucket(consumer.client, 1, 1, now := time.time()).take(now):
        return
    with contextlib.suppress(errors.GatewayError):
        await record_refused(gateway, Asked(consumer, None, b"", Mode.ONLINE_LOOKUP, gateway.served.version), error)


def rights_moving() -> errors.GatewayError:
    """Rights changed again and again while the request was decided."""
    return errors.GatewayError(errors.RIGHTS_MOVED, "rights or catalogue changed while the request was answered")


def too_late(limits: Limits) -> errors.GatewayError:
    """The request's own deadline passed."""
    return errors.GatewayError(
        errors.DEADLINE_EXCEEDED,
        f"the request was not answered within {limits.request_ms} ms",
    )
