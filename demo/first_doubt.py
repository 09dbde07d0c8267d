"""The doubt that the demo begins with: the marriage register says married, the seller shows a divorce certificate.

It is reported as any counter would: from an answer, over HTTP, on the record.
"""

from demo.day import Caller, DayWentWrong
from demo.stories import STORIES

CLIENT = "demo-hall"
PURPOSE = 'matter="M01", use=administrative-basis, case="DEMO-M01", handler="demo-handler"'
QUERY = "query Seller($id: IdentityNumber!) { person(idNumber: $id) { marriageRecord { status } } }"
REPORT = """mutation Report($receipt: String!, $observed: String!) {
  reportDoubt(receipt: $receipt, path: "person.marriageRecord.status", observed: $observed) { id state }
}"""
OBSERVED = "当事人出示2025年11月20日的离婚证，婚姻登记信息仍为已婚"


def report_first_doubt(url: str) -> str:
    """Report it to the gateway that serves at `url`; the doubt's number. Raises DayWentWrong where it is refused."""
    seller = next(story for story in STORIES if story.key == "contradiction").identifiers["seller"]
    caller = Caller(url)
    try:
        answered = caller.ask(CLIENT, QUERY, {"id": seller}, PURPOSE)
        receipt = answered["extensions"]["sharing"]["receipt"]
        reported = caller.ask(CLIENT, REPORT, {"receipt": receipt, "observed": OBSERVED}, PURPOSE)
        number: str = reported["data"]["reportDoubt"]["id"]
    except (OSError, LookupError, TypeError, ValueError) as problem:
        raise DayWentWrong(f"the demo's first doubt could not be reported ({type(problem).__name__})") from problem
    return number
