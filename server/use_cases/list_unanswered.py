"""What the bot could not answer, for admins to look through."""

from dataclasses import dataclass

from server.domain.unanswered import UnansweredQuestion
from server.use_cases.learning_ports import UnansweredQuestions


@dataclass(frozen=True, slots=True)
class ListUnanswered:
    questions: UnansweredQuestions

    async def __call__(
        self, *, limit: int, cursor: str | None
    ) -> tuple[list[UnansweredQuestion], str | None]:
        """Those that no decided draft was made of, newest first. Raises BadRequest for a foreign cursor."""
        return await self.questions.open_page(limit=limit, cursor=cursor)
