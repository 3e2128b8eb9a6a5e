"""The process that holds the text encoder, the bot and the matcher, and the ways to ask it."""

from server.models.calls import ModelFacts
from server.models.client import BotClient, MatcherClient, ModelLine
from server.models.loading import StoredModelContent
from server.models.process import ModelProcess

__all__ = ["BotClient", "MatcherClient", "ModelFacts", "ModelLine", "ModelProcess", "StoredModelContent"]
