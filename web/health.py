"""Whether the process lives, and whether it can serve."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from web.state import PortalState

router = APIRouter()


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """200 while the process lives."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """200 once models, database and snapshot are ready; 503 before, and while draining."""
    state: PortalState = request.app.state.portal
    if state.is_ready:
        return JSONResponse({"status": "ready", "sessions": state.sessions})
    status = "draining" if state.draining else "starting"
    return JSONResponse({"status": status}, 503)
