"""Posts for a mobile client: JSON in, JSON out, status codes of its own."""

from dataclasses import asdict

from jetbridge import revalidate_tag
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lib.api import refuse_stranger, unprocessable
from lib.posts import create_post, list_posts
from lib.schemas import PostSchema


async def GET() -> Response:
    return JSONResponse({"posts": [asdict(post) for post in await list_posts()]})


async def POST(request: Request) -> Response:
    if refusal := refuse_stranger(request):
        return refusal
    try:
        post = PostSchema.model_validate_json(await request.body())
    except ValidationError as error:
        return unprocessable(error)
    post_id = await create_post(title=post.title, body=post.body)
    revalidate_tag("posts")
    return JSONResponse({"id": post_id}, status_code=201, headers={"Location": f"/api/posts/{post_id}"})
