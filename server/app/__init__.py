"""The composition root: the only package that knows everybody."""

from server.app.serving import serve

__all__ = ["serve"]
