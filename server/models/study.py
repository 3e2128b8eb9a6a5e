"""Inside the model process: what learning asks for, over what the bot has loaded."""

import threading
from dataclasses import dataclass, field

from chatbot import Entry, SearchResult
from chatbot.judgement import judgement_of
from chatbot.learning import Learner
from chatbot.lessons import AskedQuestion, Judgement, Proposal, Rehearsal, SimilarEntry
from chatbot.regression import Knowledge, rehearse
from chatbot.responder import Bot
from chatbot.similar_entries import similar_entries
from matching.embedding import Encoder
from server.models import learning_calls as calls


@dataclass(kw_only=True)
class Study:
    """It judges itself once for each state of the knowledge, and keeps the last entry that was tried out."""

    encoder: Encoder
    bot: Bot
    _learner: Learner = field(init=False)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    _drawn: tuple[Knowledge, Judgement] | None = None
    _taught: tuple[Knowledge, Entry, Bot] | None = None

    def __post_init__(self) -> None:
        self._learner = Learner(self.encoder)

    def propose(self, call: calls.ProposeDrafts) -> tuple[Proposal, ...]:
        with self._one_at_a_time:
            return self._learner.propose(call.questions, self.bot.knowledge.index)

    def alike(self, call: calls.FindAlike) -> tuple[int, ...]:
        question = AskedQuestion(id="", text=call.question, language=call.language)
        with self._one_at_a_time:
            return self._learner.alike(question, call.others, self.bot.knowledge.index)

    def forget(self) -> None:
        """Nothing of what users have asked stays in memory but what the bot has loaded."""
        with self._one_at_a_time:
            self._learner.forget()
        self._taught = None

    def similar(self, call: calls.FindSimilar) -> tuple[SimilarEntry, ...]:
        return similar_entries(
            self.bot.knowledge.index,
            self.encoder,
            wordings=call.wordings,
            answer=call.answer_text,
            fallback=call.language,
            except_id=call.except_id,
        )

    def rehearse(self, call: calls.RehearseEntry) -> Rehearsal:
        return rehearse(self.bot.fit(), self.bot.imagine(call.entry), call.entry)

    def try_out(self, call: calls.TryEntry) -> SearchResult:
        knowledge = self.bot.knowledge
        taught = self._taught
        if taught is None or taught[0] is not knowledge or taught[1] != call.entry:
            self._taught = taught = (knowledge, call.entry, self.bot.taught(call.entry))
        return taught[2].search(call.text, limit=call.limit)

    def judgement(self) -> Judgement:
        knowledge = self.bot.fit()
        if self._drawn is None or self._drawn[0] is not knowledge:
            self._drawn = (knowledge, judgement_of(knowledge))
        return self._drawn[1]
