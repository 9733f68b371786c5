import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from lib import comments, deliveries, posts, users
from lib.db import Database, database_url
from lib.models import User
from lib.passwords import hash_password, verify_password
from lib.seed import DEMO_USERS

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"GUIDE_DATABASE": "/data/guide.sqlite"}, "sqlite+aiosqlite:////data/guide.sqlite"),
        ({"DATABASE_URL": "postgresql://ada@db/guide"}, "postgresql+psycopg://ada@db/guide"),
        ({"DATABASE_URL": "postgres://ada@db/guide"}, "postgresql+psycopg://ada@db/guide"),
        ({"DATABASE_URL": "postgresql+asyncpg://db/guide"}, "postgresql+asyncpg://db/guide"),
    ],
)
async def test_database_url(env, expected):
    """A URL of the environment gets the asynchronous driver, unless it names one."""
    assert database_url(env).render_as_string() == expected


async def test_post_life():
    """A post is written as a draft, changed, published and deleted; afterwards nothing can be done to it."""
    post_id = await posts.create_post(title="One", body="the first body")
    assert await posts.update_post(post_id, title="Two", body="the second body")
    assert await posts.publish_post(post_id)
    post = await posts.get_post(post_id)
    assert post is not None
    assert (post.title, post.body, post.published) == ("Two", "the second body", True)

    assert await posts.delete_post(post_id)
    assert not await posts.delete_post(post_id)
    assert not await posts.update_post(post_id, title="Three", body="the third body")
    assert not await comments.create_comment(post_id=post_id, user_id=1, body="Too late")


async def test_several_processes_begin_together(tmp_path):
    """Many open an empty database at once: each finds the tables, and the first rows are there once."""
    databases = [Database(URL.create("sqlite+aiosqlite", database=str(tmp_path / "new.sqlite"))) for _ in range(3)]

    async def count_users(database):
        async with database.session() as session:
            return len((await session.scalars(select(User))).all())

    counts = await asyncio.gather(*(count_users(database) for database in databases))
    for database in databases:
        await database.close()

    assert counts == [len(DEMO_USERS)] * 3


async def test_deleted_numbers_do_not_come_back():
    """The number of a deleted post is not given to the next one."""
    first = await posts.create_post(title="One", body="the first body")
    await posts.delete_post(first)

    assert await posts.create_post(title="Two", body="the second body") > first


async def test_posts_after():
    """Those who saw a post can ask for what was written since."""
    first = await posts.create_post(title="One", body="the first body")
    second = await posts.create_post(title="Two", body="the second body")

    assert [post.id for post in await posts.list_posts_after(first)] == [second]


async def test_passwords():
    """A password opens its own hash only, and two hashes of it differ."""
    one, two = hash_password("secret"), hash_password("secret")

    assert one != two
    assert verify_password("secret", one)
    assert verify_password("secret", two)
    assert not verify_password("Secret", one)


@pytest.mark.parametrize(("name", "password"), DEMO_USERS.items())
async def test_seeded_users_sign_in(name, password):
    """The seeded users can sign in, each with their own password."""
    user = await users.check_password(name, password)
    assert user is not None
    assert user.username == name

    assert await users.check_password(name, password + "!") is None
    assert await users.check_password("nobody", password) is None


async def test_taken_name():
    """A name that somebody has is not given twice."""
    ada = await users.find_user("ada")
    assert ada is not None

    assert not await users.rename_user(ada.id, "grace")
    assert (await users.get_user(ada.id)).username == "ada"


async def test_repeated_delivery():
    """A delivery that arrives twice counts once."""
    before = await deliveries.count_deliveries()

    assert await deliveries.record_delivery("stripe", "evt_7", "ping")
    assert not await deliveries.record_delivery("stripe", "evt_7", "ping")
    assert await deliveries.record_delivery("github", "evt_7", "push")
    assert await deliveries.count_deliveries() == before + 2
