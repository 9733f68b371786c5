"""One post: read it, publish it, change it, delete it, and talk about it."""

from jetbridge import bind, not_found
from jetbridge.components import Link
from jetbridge.html import Element, Fragment, Node, article, div, h1, h2, li, p, section, span, time, title, ul

from app.actions.comments import add_comment, delete_comment
from app.actions.posts import delete_post, update_post
from app.posts.comment_form import CommentForm
from app.posts.delete_button import DeleteButton
from app.posts.publish_button import PublishButton
from app.posts.update_post_form import UpdatePostForm
from lib.auth import current_user
from lib.comments import CommentView, list_comments
from lib.models import Post, User
from lib.posts import get_post
from lib.schemas import Id


async def page(id: Id) -> Element:
    post = await get_post(id)
    if post is None:
        not_found()
    user = await current_user()
    return Fragment[
        title[f"{post.title} · Logbook"],
        read_post(post),
        section[
            h2["Change this post"],
            UpdatePostForm(action=bind(update_post, post.id), title=post.title, body=post.body),
        ],
        section(class_name="comments")[
            h2["Comments"],
            show_comments(await list_comments(post.id), user),
            CommentForm(action=bind(add_comment, post.id)) if user else invitation(),
        ],
    ]


def read_post(post: Post) -> Element:
    return article[
        h1[post.title],
        div(class_name="meta")[
            time(date_time=post.created_at.date().isoformat())[f"{post.created_at:%d %B %Y}"],
            span(class_name=["badge", post.published and "published"])["Published" if post.published else "Draft"],
            not post.published and PublishButton(post_id=post.id),
            DeleteButton(action=bind(delete_post, post.id), what=post.title),
        ],
        div(class_name="prose")[(p(key=str(number))[line] for number, line in enumerate(post.body.splitlines()))],
    ]


def show_comments(comments: list[CommentView], user: User | None) -> Node:
    if not comments:
        return p["No comments yet."]
    return ul[
        (
            li(key=str(comment.id))[
                p[span(class_name="who")[comment.username], " ", comment.body],
                # What the page offers is a courtesy: whether the user may do it is decided in the action.
                user is not None
                and comment.user_id == user.id
                and DeleteButton(action=bind(delete_comment, comment.id), what=f"your comment “{comment.body}”"),
            ]
            for comment in comments
        )
    ]


def invitation() -> Element:
    return p[Link(href="/login")["Sign in"], " to comment."]
