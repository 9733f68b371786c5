"""The configuration, from its sources."""

from __future__ import annotations

import pytest

from jetbridge.config import Config
from jetbridge.errors import ConfigError
from jetbridge.profiles import CacheProfile


def load(folder, text="", **env):
    (folder / "pyproject.toml").write_text(text)
    return Config.load(folder, env=env)


def test_cache_profiles(tmp_path):
    """An application's own cache profiles stand in pyproject.toml, in seconds."""
    config = load(
        tmp_path, "[tool.jetbridge.cache_profiles]\nfeed = {revalidate = 5, expire = 60.5}\nslow = {revalidate = 9}"
    )

    assert config.cache_profiles == {"feed": CacheProfile(5, 60.5), "slow": CacheProfile(9)}


@pytest.mark.parametrize(
    "text",
    [
        "cache_profiles = 'feed'",
        "cache_profiles = {feed = 5}",
        "cache_profiles = {feed = {expire = 5}}",
        "cache_profiles = {feed = {revalidate = 5, stale = 5}}",
        "cache_profiles = {feed = {revalidate = '5'}}",
        "cache_profiles = {feed = {revalidate = true}}",
        "cache_profiles = {feed = {revalidate = 5, expire = 1}}",
    ],
)
def test_cache_profiles_that_do_not_fit(tmp_path, text):
    """What is no profile is refused with the place where it stands."""
    with pytest.raises(ConfigError, match=r"cache_profiles in .*pyproject\.toml"):
        load(tmp_path, f"[tool.jetbridge]\n{text}")


def test_cache_profiles_in_a_variable(tmp_path):
    """A variable cannot hold profiles."""
    with pytest.raises(ConfigError, match="JETBRIDGE_CACHE_PROFILES must be a table in pyproject"):
        load(tmp_path, JETBRIDGE_CACHE_PROFILES="feed")


def test_reply_limits(tmp_path):
    """Limits of arguments stand in pyproject.toml as a table, and in a variable as a list."""
    written = load(tmp_path, "[tool.jetbridge.reply_limits]\nmax_depth = 100\nmemory_per_byte = 20")
    spoken = load(tmp_path, JETBRIDGE_REPLY_LIMITS="max_depth=100, memory_per_byte=20")

    assert written.reply_limits == spoken.reply_limits == {"max_depth": 100, "memory_per_byte": 20}


@pytest.mark.parametrize("value", ["max_depth", "max_depth=many", "max_depth=1,,"])
def test_reply_limits_that_do_not_fit(tmp_path, value):
    """What is no number is refused with the place where it stands."""
    with pytest.raises(ConfigError, match="JETBRIDGE_REPLY_LIMITS"):
        load(tmp_path, JETBRIDGE_REPLY_LIMITS=value)


def test_cache(tmp_path):
    """Where the cache is kept may hold a password: it shows in no text."""
    config = load(tmp_path, JETBRIDGE_CACHE="redis://:secret@localhost")

    assert config.cache == "redis://:secret@localhost"
    assert "secret" not in repr(config)
