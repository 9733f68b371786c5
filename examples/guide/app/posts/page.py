"""All posts, and the form that adds one."""

from collections.abc import Awaitable, Callable

from jetbridge import cached, public, revalidate_path
from jetbridge.components import Link
from jetbridge.html import Element, Fragment, h1, h2, li, p, section, span, title, ul

from app.posts.create_post_form import CreatePostForm
from app.posts.delete_button import DeleteButton
from lib.posts import PostSummary, delete_post, list_posts

__guard__ = public  # the logbook is open: anyone may delete, as on a notice board


async def page() -> Element:
    return Fragment[
        title["Posts · Logbook"],
        h1["Posts"],
        section[post_list()],
        section[h2["Write a post"], CreatePostForm()],
    ]


@cached(tags=["posts"])
async def post_list() -> Element:
    """The same for every visitor: what it shows is kept, with the sealed actions in it, until a post changes."""
    posts = await list_posts()
    if not posts:
        return p["Nothing has been written yet."]
    return ul(class_name="posts")[(post_item(post) for post in posts)]


def post_item(post: PostSummary) -> Element:
    return li(key=str(post.id))[
        Link(href=f"/posts/{post.id}")[post.title],
        not post.published and span(class_name="badge")["Draft"],
        DeleteButton(action=delete_action(post.id), what=post.title),
    ]


def delete_action(post_id: int) -> Callable[[], Awaitable[None]]:
    """A one-off mutation, close to the button that calls it. `post_id` travels to the browser and back sealed."""

    async def handle_delete() -> None:
        "use server"
        await delete_post(post_id)
        revalidate_path("/posts")

    return handle_delete
