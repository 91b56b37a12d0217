"""The web application: routes and headers. It starts at once; the assistant follows when loaded."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from web.health import router as health
from web.realtime.socket import router as realtime
from web.state import PortalState

STATIC = Path(__file__).parent / "static"
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "worker-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def create_app(state: PortalState) -> FastAPI:
    """The application over `state`."""
    app = FastAPI(title="Portal assistant", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.portal = state
    app.include_router(health)
    app.include_router(realtime)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")

    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        index = STATIC / "index.html"
        if not index.is_file():
            message = "the page has not been built: run 'make setup'"
            return JSONResponse({"error": {"code": "page_missing", "message": message}}, 503)
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    @app.middleware("http")
    async def headers(
        request: Request, answer: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await answer(request)
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Permissions-Policy"] = "microphone=(self)"
        return response

    return app
