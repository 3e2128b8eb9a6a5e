"""Passwords: argon2id off the event loop, with the same work for a username that does not exist."""

import asyncio
import functools
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakValueDictionary

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.domain.errors import BadRequest, ServerBusy

LEAST_CHARACTERS = 8
MOST_CHARACTERS = 256
_MOST_WAITING = 64

Result = TypeVar("Result")


def check_password(password: str) -> str:
    """The password in the form that is hashed (NFC). Raises BadRequest when it is too short or too long."""
    if len(password) < LEAST_CHARACTERS:
        raise BadRequest(f"the password needs at least {LEAST_CHARACTERS} characters")
    if len(password) > MOST_CHARACTERS:
        raise BadRequest(f"the password may have at most {MOST_CHARACTERS} characters")
    try:
        password.encode()
    except UnicodeEncodeError as error:
        raise BadRequest("the password contains a lone surrogate") from error
    return unicodedata.normalize("NFC", password)


class Passwords:
    """Hashes and verifies with OWASP's second argon2id profile (19 MiB, 2 passes), two at a time.

    More than `_MOST_WAITING` waiting requests raise ServerBusy, so that a flood of log-ins cannot pile up.
    """

    def __init__(self, *, parallel: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._threads = ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="passwords")
        self._waiting = 0
        self._decoy: str | None = None
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def turn(self, username: str) -> asyncio.Lock:
        """Held while a password for `username` is looked at: guesses then come one after the other, and each
        is counted before the next is tried."""
        lock = self._turns.get(username)
        if lock is None:
            lock = self._turns[username] = asyncio.Lock()
        return lock

    async def hash(self, password: str) -> str:
        """Raises BadRequest for a password against the rules."""
        return await self._in_thread(functools.partial(self._hasher.hash, check_password(password)))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether they belong together. Without a hash it takes as long and is False."""
        try:
            password = check_password(password)
        except BadRequest:
            password, password_hash = "x" * LEAST_CHARACTERS, None
        return await self._in_thread(functools.partial(self._verify, password, password_hash))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: str, password_hash: str | None) -> bool:
        if password_hash is None and self._decoy is None:
            self._decoy = self._hasher.hash("a password that nobody has")
        try:
            self._hasher.verify(password_hash or self._decoy or "", password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= _MOST_WAITING:
            raise ServerBusy("too many log-ins at once")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
