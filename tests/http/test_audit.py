"""The graphql-http audit, run as `make audit` runs it, where its package is installed or can be."""

import pytest

from audit.__main__ import AuditError, install, run
from tests.http.house import PURPOSE, World, assemble, serving
from web.build import BuildError, Node, find_node


@pytest.fixture(scope="module")
def node() -> Node:
    try:
        found = find_node()
        install(found)
    except (BuildError, AuditError) as missing:
        pytest.skip(f"NOT RUN: {missing}")
    return found


def test_all_checks_pass_with_a_token_and_none_says_more_than_401_without(
    node: Node, capfd: pytest.CaptureFixture[str]
) -> None:
    world: World = assemble()
    with serving(world.app) as url:
        assert run(node, f"{url}/graphql", world.token(), PURPOSE) == 0
        assert "61 of 61 checks passed" in capfd.readouterr().out
        assert run(node, f"{url}/graphql", world.token()) == 0
        assert run(node, f"{url}/graphql") == 0
        assert "61 of 61 requests without a token were answered 401" in capfd.readouterr().out
        assert run(node, f"{url}/graphql", "no-token") == 1
