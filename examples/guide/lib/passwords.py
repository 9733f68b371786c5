"""Passwords are kept as scrypt hashes: `scrypt$salt$key`, both in hexadecimal."""

from __future__ import annotations

import functools
import hashlib
import secrets

# 8 MiB of memory and some 200 ms for each guess, as OWASP's password storage cheat sheet recommends.
_COST, _BLOCK_SIZE, _PARALLELISM = 2**13, 8, 10


def hash_password(password: str, salt: bytes | None = None) -> str:
    """Hash a password for keeping, under a salt of its own."""
    salt = salt or secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=_BLOCK_SIZE, p=_PARALLELISM, dklen=32)
    return f"scrypt${salt.hex()}${key.hex()}"


def verify_password(password: str, password_hash: str) -> bool:
    """Whether this is the password of that hash, in a time that does not depend on where they differ."""
    _, salt, _ = password_hash.split("$")
    return secrets.compare_digest(hash_password(password, bytes.fromhex(salt)), password_hash)


@functools.cache
def nobodys_hash() -> str:
    """Compared with when there is no such user, so that an unknown name takes as long as a wrong password."""
    return hash_password(secrets.token_urlsafe())
