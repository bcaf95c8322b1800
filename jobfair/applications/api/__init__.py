"""HTTP of applications: the seeker's side, the recruiter's inbox, the organiser's overdue answers, one's own data."""

from ninja import Router

from jobfair.applications.api.inbox import router as inbox_router
from jobfair.applications.api.organiser import router as organiser_router
from jobfair.applications.api.own_data import router as own_data_router
from jobfair.applications.api.seeker import router as seeker_router
from jobfair.applications.api.starting import router as starting_router

router = Router(tags=["applications"])
router.add_router("", seeker_router)
router.add_router("", inbox_router)
router.add_router("", organiser_router)
router.add_router("", own_data_router)
router.add_router("", starting_router)

__all__ = ["router"]
