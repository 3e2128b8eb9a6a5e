"""The composition root: the only package that knows everybody."""

from server.app.starting import Wishes, serve

__all__ = ["Wishes", "serve"]
