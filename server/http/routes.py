"""The whole table of routes, and its description."""

from typing import Any

from server.http.account_routes import ACCOUNT_ROUTES
from server.http.consultant_routes import CONSULTANT_ROUTES
from server.http.knowledge_check_routes import KNOWLEDGE_CHECK_ROUTES
from server.http.knowledge_file_routes import KNOWLEDGE_FILE_ROUTES
from server.http.knowledge_history_routes import KNOWLEDGE_HISTORY_ROUTES
from server.http.knowledge_routes import KNOWLEDGE_ROUTES
from server.http.learning_routes import LEARNING_ROUTES
from server.http.openapi import openapi_document
from server.http.operation_routes import OPERATION_ROUTES
from server.http.report_routes import REPORT_ROUTES
from server.http.routing import AnyRoute
from server.http.session_routes import SESSION_ROUTES
from server.http.sign_in_routes import SIGN_IN_ROUTES

# Fixed paths stand before those with an id, which would swallow them.
ROUTES: tuple[AnyRoute, ...] = (
    *SIGN_IN_ROUTES,
    *SESSION_ROUTES,
    *KNOWLEDGE_CHECK_ROUTES,
    *KNOWLEDGE_FILE_ROUTES,
    *KNOWLEDGE_HISTORY_ROUTES,
    *LEARNING_ROUTES,
    *KNOWLEDGE_ROUTES,
    *CONSULTANT_ROUTES,
    *ACCOUNT_ROUTES,
    *REPORT_ROUTES,
    *OPERATION_ROUTES,
)


def describe_routes() -> dict[str, Any]:
    """The OpenAPI document of this server; docs/openapi.json holds a copy."""
    return openapi_document(ROUTES)
