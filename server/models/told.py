"""Inside the model process: the entries that it was told, of which only changes are told again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chatbot import Entry
from server.models import calls


class AnotherState(Exception):
    """The caller thinks of a state that this process is not in: it was started anew, or told by others."""

    code = "unavailable"


@dataclass
class Told:
    """`take_in` is given all entries, in the order of ids, at each load; what it refuses changes nothing."""

    take_in: Callable[[Sequence[Entry]], None]
    _entries: dict[str, Entry] = field(default_factory=dict)
    _state: str | None = None
    _coming: list[Entry] = field(default_factory=list)

    def tell(self, call: calls.TellEntries) -> None:
        if call.is_first:
            self._coming = []
        self._coming += call.entries

    def load(self, call: calls.LoadKnowledge) -> None:
        """Raises AnotherState, and ValueError when one entry was told twice."""
        if call.onto is not None and call.onto != self._state:
            raise AnotherState("the model process has not been told that much")
        coming = {one.id: one for one in self._coming}
        if len(coming) != len(self._coming):
            raise ValueError("two knowledge entries have the same id")
        gone = frozenset(call.gone)
        kept = {} if call.onto is None else self._entries
        entries = {key: one for key, one in kept.items() if key not in gone} | coming
        self.take_in([entries[key] for key in sorted(entries)])
        self._entries, self._state, self._coming = entries, call.state, []
