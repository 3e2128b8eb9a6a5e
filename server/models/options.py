"""What the model process is started with: one JSON argument, in which nothing is secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chatbot import EmergencyNumbers, Language


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """`descriptor` is the listening socket; without `cache_file` no vectors are kept."""

    descriptor: int
    model: str
    threads: int
    is_offline: bool
    cache_file: Path | None
    target_precision: float
    emergency: Mapping[Language, EmergencyNumbers]
    name: Mapping[Language, str]
