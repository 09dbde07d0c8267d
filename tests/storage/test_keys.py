"""Key files: private, rotated, demo ones refused in production."""

import stat
from pathlib import Path

import pytest

from errors import START_REFUSED, GatewayError
from storage.keys import KeyKind, load_head_keys, load_or_create, rotate


def test_made_once_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first, second = load_or_create(folder, True), load_or_create(folder, True)
    assert first.subject == second.subject
    assert first.head.public() == second.head.public()
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == len(KeyKind)


def test_rotation_keeps_the_former_keys(tmp_path: Path) -> None:
    before = load_or_create(tmp_path, True)
    signature, reference = before.head.sign(b"m"), before.subject("a")
    kid, _ = before.token.signing_key()
    for kind in KeyKind:
        assert rotate(tmp_path, kind, True) == 2
    after = load_or_create(tmp_path, True)
    assert after.head("head-1", signature, b"m")
    assert not after.head("head-2", signature, b"m")
    assert not after.head("head-9", signature, b"m")
    assert reference in after.subject.all_of("a")
    assert after.subject("a") != reference
    assert after.token.signing_key()[0] != kid
    assert after.token.verifying_key(kid) is not None


def test_a_running_worker_notices_anothers_new_token_key(tmp_path: Path) -> None:
    running = load_or_create(tmp_path, True).token
    assert running.verifying_key("../../etc/passwd") is None
    generation = running.generation
    rotate(tmp_path, KeyKind.TOKEN, True)
    key = load_or_create(tmp_path, True).token.signing_key()[1]
    found = running.verifying_key("token-2")
    assert found is not None
    assert found.public_bytes_raw() == key.public_key().public_bytes_raw()
    assert running.generation > generation
    assert running.verifying_key("token-3") is None


def test_production_refuses_demo_keys(tmp_path: Path) -> None:
    load_or_create(tmp_path, False)
    with pytest.raises(GatewayError, match="made in demo mode") as refused:
        load_or_create(tmp_path, True)
    assert refused.value.code is START_REFUSED


@pytest.mark.parametrize("text", ["", "{}", '{"made_for": "production", "secret": "YQ=="}'])
def test_broken_or_open_files_are_refused(tmp_path: Path, text: str) -> None:
    load_or_create(tmp_path, True)
    path = tmp_path / "head-1.json"
    path.chmod(0o644)
    with pytest.raises(GatewayError, match="others may read"):
        load_or_create(tmp_path, True)
    path.chmod(0o600)
    path.write_text(text)
    with pytest.raises(GatewayError, match="head-1"):
        load_or_create(tmp_path, True)


def test_who_only_verifies_makes_no_keys(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="holds no head keys"):
        load_head_keys(tmp_path / "data" / "keys")
    assert list(tmp_path.iterdir()) == []
    made = load_or_create(tmp_path / "keys", True).head
    assert load_head_keys(tmp_path / "keys").public() == made.public()
