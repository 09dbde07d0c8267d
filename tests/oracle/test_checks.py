"""Checks of materials are what the second judge says; and each deliberate fault in them is found."""

import pytest

from tests.oracle.check_mutations import CHECK_MUTATIONS
from tests.oracle.checks import Scene, due, scenes, told

SCENES = tuple(scenes())


@pytest.mark.parametrize("scene", SCENES, ids=map(str, range(len(SCENES))))
async def test_both_judge_alike(scene: Scene) -> None:
    assert await told(scene) == due(scene)


@pytest.mark.parametrize("name", CHECK_MUTATIONS)
async def test_the_second_judge_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the same scenes."""
    CHECK_MUTATIONS[name](monkeypatch)
    for scene in SCENES:
        if await told(scene) != due(scene):
            return
    pytest.fail("the fault made no difference")
