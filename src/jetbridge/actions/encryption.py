"""The key ring: action ids that cannot be guessed, and values that travel through a browser unread and unchanged."""

from __future__ import annotations

import binascii
import hmac
import itertools
import secrets as random
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jetbridge.errors import BadBoundArgs, ConfigError

ID_BYTES: Final = 16
VERSION: Final = b"\x01"
KEY_ID_BYTES: Final = 4
SOURCE_NAME_BYTES: Final = 3
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
COUNTER_BYTES: Final = 4
"""At the end of the nonce: the number of the token in its response."""
TAG_BYTES: Final = 16
HEADER_BYTES: Final = len(VERSION) + KEY_ID_BYTES + SALT_BYTES + NONCE_BYTES

_URL_SAFE: Final = str.maketrans("-_+/", "+/!!")
_TO_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True, slots=True, repr=False)
class _Keys:
    """What one secret is turned into: a key for each purpose, none of which reveals another."""

    action_id: bytes
    sealing: bytes
    source_name: bytes
    key_id: bytes
    fingerprint: str

    @classmethod
    def derive(cls, secret: str) -> _Keys:
        material = secret.encode("utf-8", "surrogatepass")

        def key(purpose: str, length: int = 32) -> bytes:
            return HKDF(SHA256(), length, salt=None, info=f"jetbridge {purpose}".encode()).derive(material)

        return cls(
            action_id=key("action id"),
            sealing=key("sealing"),
            source_name=key("source name"),
            key_id=key("key id", KEY_ID_BYTES),
            fingerprint=key("fingerprint", 4).hex(),
        )


class KeyRing:
    """The keys of one application: the newest secret seals and names, every one of them opens and recognises.

    Raises: ConfigError without any secret.
    """

    __slots__ = ("_by_key_id", "_keys")

    def __init__(self, secrets: Sequence[str]) -> None:
        if isinstance(secrets, str) or not all(isinstance(secret, str) and secret for secret in secrets):
            raise ConfigError("The secrets of a key ring are a list of non-empty texts.")
        if not secrets:
            raise ConfigError("A key ring needs a secret: set JETBRIDGE_SECRET to at least 32 random characters.")
        self._keys = tuple(_Keys.derive(secret) for secret in dict.fromkeys(secrets))
        self._by_key_id = {keys.key_id: keys for keys in reversed(self._keys)}

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"<KeyRing of {len(self)}, newest {self.fingerprint}>"

    @property
    def fingerprint(self) -> str:
        """8 hex digits that tell the newest secret from others and say nothing about it."""
        return self._keys[0].fingerprint

    def action_id(self, name: str, key: int = 0) -> str:
        """The public id of the action with this name, 32 hex digits. key: 0 is the newest secret."""
        return hmac.digest(self._keys[key].action_id, name.encode(), "sha256")[:ID_BYTES].hex()

    def source_name(self, name: str, key: int = 0) -> str:
        """4 characters that stand for something a page was made from, such as a tag. key: 0 is the newest secret."""
        digest = hmac.digest(self._keys[key].source_name, name.encode("utf-8", "surrogatepass"), "sha256")
        return urlsafe_b64encode(digest[:SOURCE_NAME_BYTES]).decode("ascii")

    def seal(self, plain: bytes, aad: bytes) -> str:
        """Encrypt `plain` into URL-safe text that opens only together with the same `aad`."""
        return self.sealer().seal(plain, aad)

    def sealer(self) -> Sealer:
        """What seals several values in one pass, for one response."""
        return Sealer(self._keys[0])

    def open(self, token: str, aad: bytes) -> bytes:
        """What `seal` was given. Raises: BadBoundArgs; its text never says what the token holds."""
        data = _decode(token)
        header, sealed = data[:HEADER_BYTES], data[HEADER_BYTES:]
        if len(sealed) < TAG_BYTES or header[:1] != VERSION:
            raise BadBoundArgs("a sealed value is not one of ours")
        keys = self._by_key_id.get(header[1 : 1 + KEY_ID_BYTES])
        if keys is None:
            raise BadBoundArgs("a sealed value was made with a key that is not in JETBRIDGE_SECRET")
        salt = header[1 + KEY_ID_BYTES :]
        try:
            return _cipher(keys, salt).decrypt(salt[SALT_BYTES:], sealed, header + aad)
        except InvalidTag:
            raise BadBoundArgs("a sealed value was changed, or made for something else") from None


class Sealer:
    """Seals the values of one response: salt, key and cipher are made once, and a counter keeps the nonces apart.

    Each response has a key of its own, made from a random salt: the number of tokens that one secret may seal is then
    not bounded by the 96 bits of an AES-GCM nonce. Each token opens by itself.
    """

    __slots__ = ("_cipher", "_head", "_nonce", "_numbers")

    def __init__(self, keys: _Keys) -> None:
        salt = random.token_bytes(SALT_BYTES + NONCE_BYTES - COUNTER_BYTES)
        self._head = VERSION + keys.key_id + salt
        self._nonce = salt[SALT_BYTES:]
        self._cipher = _cipher(keys, salt)
        self._numbers = itertools.count()

    def seal(self, plain: bytes, aad: bytes) -> str:
        """Encrypt `plain` into URL-safe text that opens only together with the same `aad`.

        Raises: OverflowError instead of using a nonce twice.
        """
        number = next(self._numbers).to_bytes(COUNTER_BYTES, "big")
        header = self._head + number
        data = header + self._cipher.encrypt(self._nonce + number, plain, header + aad)
        return binascii.b2a_base64(data, newline=False).translate(_TO_URL_SAFE, b"=").decode("ascii")


def _cipher(keys: _Keys, salt: bytes) -> AESGCM:
    return AESGCM(hmac.digest(keys.sealing, salt[:SALT_BYTES], "sha256"))


def _decode(token: object) -> bytes:
    """Only the one spelling that `seal` writes, so that a token is equal to itself and to nothing else."""
    if not isinstance(token, str) or not token.isascii():
        raise BadBoundArgs("a sealed value is not text of ours")
    text = token.translate(_URL_SAFE)
    try:
        data = binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error:
        raise BadBoundArgs("a sealed value is not text of ours") from None
    if binascii.b2a_base64(data, newline=False).rstrip(b"=") != text.encode("ascii"):
        raise BadBoundArgs("a sealed value is not spelled as ours")
    return data
