"""One post for a mobile client."""

from jetbridge import not_found, revalidate_tag
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lib.api import refuse_stranger
from lib.posts import delete_post, get_post
from lib.schemas import Id


async def GET(id: Id) -> Response:
    post = await get_post(id)
    if post is None:
        not_found()
    return JSONResponse({"id": post.id, "title": post.title, "body": post.body, "published": post.published})


async def DELETE(request: Request, id: Id) -> Response:
    if refusal := refuse_stranger(request):
        return refusal
    if not await delete_post(id):
        return JSONResponse({"error": "There is no such post"}, status_code=404)
    revalidate_tag("posts")
    return Response(status_code=204)
