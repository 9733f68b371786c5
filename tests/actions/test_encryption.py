"""The key ring: ids, sealing, rotation."""

from __future__ import annotations

import itertools
import re
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jetbridge.actions import KeyRing
from jetbridge.actions.encryption import COUNTER_BYTES, HEADER_BYTES, NONCE_BYTES, SALT_BYTES
from jetbridge.errors import BadBoundArgs, ConfigError

OLD, NEW = "o" * 40, "n" * 40


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_was_sealed_opens(plain, aad):
    """A token opens with the same key ring and the same associated data, and is safe in a URL."""
    keys = KeyRing([NEW])
    token = keys.seal(plain, aad)

    assert keys.open(token, aad) == plain
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)


def test_token_hides_and_varies():
    """A token does not contain what it seals, and no two are equal."""
    keys = KeyRing([NEW])
    tokens = {keys.seal(b"secret", b"") for _ in range(50)}

    assert len(tokens) == 50
    assert not any("c2VjcmV0" in token for token in tokens)


def test_one_pass_for_a_response():
    """What one sealer seals has one key and never the same nonce; each token opens by itself, in any order."""
    keys = KeyRing([NEW])
    sealer = keys.sealer()
    tokens = [sealer.seal(b"%d" % number, b"a") for number in range(50)]
    heads = [urlsafe_b64decode(token + "=" * (-len(token) % 4))[:HEADER_BYTES] for token in tokens]

    assert [keys.open(token, b"a") for token in reversed(tokens)] == [b"%d" % number for number in reversed(range(50))]
    assert len({head[:-NONCE_BYTES] for head in heads}) == 1
    assert len({head[-NONCE_BYTES:] for head in heads}) == 50


def test_every_response_has_a_key_of_its_own():
    """The salts of two sealers differ, and so do the random beginnings of their nonces."""
    keys = KeyRing([NEW])
    heads = {
        urlsafe_b64decode(keys.sealer().seal(b"", b"") + "==")[5 : HEADER_BYTES - COUNTER_BYTES] for _ in range(50)
    }

    assert len({head[:SALT_BYTES] for head in heads}) == len({head[SALT_BYTES:] for head in heads}) == 50


def test_a_nonce_is_never_used_twice():
    """When the numbers of a response are used up it fails, rather than to start again."""
    sealer = KeyRing([NEW]).sealer()
    sealer._numbers = itertools.count(2**32 - 1)
    sealer.seal(b"last", b"")

    with pytest.raises(OverflowError):
        sealer.seal(b"one more", b"")


def test_every_changed_character_is_noticed():
    """No single character of a token can be changed, left out or added."""
    keys = KeyRing([NEW])
    token = keys.seal(b"post 3", b"action:1")

    for index, character in enumerate(token):
        other = "A" if character != "A" else "B"
        for changed in (
            token[:index] + other + token[index + 1 :],
            token[:index] + token[index + 1 :],
            token[:index] + "A" + token[index:],
        ):
            if changed != token:
                with pytest.raises(BadBoundArgs):
                    keys.open(changed, b"action:1")


@pytest.mark.parametrize(
    "token", ["", "A", "ä", "....", "A" * 100, "=" * 8, "AAAA====", "+/+/", None, 3, b"AAAA", ["A"]]
)
def test_other_things_are_refused(token):
    """What is no token of ours is refused in one way, whatever it is."""
    with pytest.raises(BadBoundArgs):
        KeyRing([NEW]).open(token, b"")


def test_second_spelling_is_refused():
    """Base64 has several spellings for the same bytes; only the one that was given out is taken."""
    keys = KeyRing([NEW])
    token = keys.seal(b"x", b"")
    standard = token.replace("-", "+").replace("_", "/")

    for spelling in (token + "=", token + "\n", " " + token, *([standard] if standard != token else [])):
        with pytest.raises(BadBoundArgs):
            keys.open(spelling, b"")


def test_associated_data_must_be_the_same():
    """A token for one action does not open for another."""
    keys = KeyRing([NEW])
    token = keys.seal(b"x", b"action:1")

    with pytest.raises(BadBoundArgs):
        keys.open(token, b"action:2")


def test_old_keys_open_and_do_not_seal():
    """After a rotation what the old secret sealed still opens; what the new one seals is none of the old one's."""
    before, after = KeyRing([OLD]), KeyRing([NEW, OLD])

    assert after.open(before.seal(b"x", b""), b"") == b"x"
    with pytest.raises(BadBoundArgs, match="JETBRIDGE_SECRET"):
        before.open(after.seal(b"x", b""), b"")


def test_ids():
    """An id is 32 hex digits, the same for the same name and secret, and another for any other."""
    keys = KeyRing([NEW, OLD])

    assert re.fullmatch("[0-9a-f]{32}", keys.action_id("app:a"))
    assert keys.action_id("app:a") == KeyRing([NEW]).action_id("app:a")
    assert keys.action_id("app:a", 1) == KeyRing([OLD]).action_id("app:a")
    assert len({keys.action_id("app:a"), keys.action_id("app:b"), keys.action_id("app:a", 1)}) == 3


def test_fingerprint_and_text_say_nothing_of_the_secret():
    """The fingerprint is 8 hex digits of the newest secret; the text of a key ring shows no more than that."""
    keys = KeyRing([NEW, OLD])

    assert re.fullmatch("[0-9a-f]{8}", keys.fingerprint)
    assert keys.fingerprint == KeyRing([NEW]).fingerprint != KeyRing([OLD]).fingerprint
    assert NEW not in repr(keys)
    assert NEW not in repr(keys._keys[0])


@pytest.mark.parametrize("secrets", [[], [""], "one text", [b"bytes"]])
def test_secrets_must_be_a_list_of_texts(secrets):
    """A key ring without secrets, or with something else, is refused at start."""
    with pytest.raises(ConfigError):
        KeyRing(secrets)
