"""What the demo prints for the counter comes true."""

from demo.counter import COUNTER
from demo.first_doubt import PURPOSE, QUERY
from demo.stories import STORIES
from tests.server.gateway import Running

SELLER = next(story for story in STORIES if story.key == "contradiction").identifiers["seller"]


def test_it_prints_addresses_commands_and_a_subject_for_each_story(gateway: Running) -> None:
    for path in ("/hall", "/graphiql", "/catalogue"):
        assert f"{gateway.url}{path}\n" in gateway.said
    for command in ("break", "mend"):
        assert f"-m cli demo {command} real-estate\n" in gateway.said
    for each in COUNTER:
        assert f"{each.title_zh} · {each.title}: {each.story.matter} case=DEMO-{each.story.matter}\n" in gateway.said
        assert f"      {each.who}\n" in gateway.said


def test_the_sellers_marriage_is_under_verification_since_the_first_start(gateway: Running) -> None:
    told = gateway.ask(QUERY, {"id": SELLER}, purpose=PURPOSE)
    assert told.body["data"] == {"person": {"marriageRecord": {"status": "20"}}}
    (marked,) = [one for one in told.sharing["outcomes"] if one["outcome"] == "UNDER_VERIFICATION"]
    assert marked["path"] == ["person", "marriageRecord", "status"]
