"""移交: from whom a case was handed over to a colleague, does not act on it any more, until it is taken back (Art. 17 ¶2).

Any other colleague may: who takes in (受理), who reviews and who decides are often three, and only one has the case.
"""

from collections.abc import Collection

from errors import STATE_CONFLICT, GatewayError

ARTICLE = "Art. 17 ¶2"


def check_holds(handler: str, has: str, former: Collection[str]) -> None:
    """Raises STATE_CONFLICT for a handler among the `former` ones of a case that another `has` now."""
    if handler != has and handler in former:
        raise GatewayError(
            STATE_CONFLICT,
            f"this case was handed over from you, `{has}` has it now",
            "take it back with `handOverCase` (`to` yourself, with the reason), and go on then",
            hint_zh="本办件已移交：请先接收办件，再继续办理（`handOverCase`，`to` 为本人，写明理由）。",
            article=ARTICLE,
        )
