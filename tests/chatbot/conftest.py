"""A small bilingual knowledge base and a bot with the real bundled model."""

import json
from pathlib import Path

import pytest

from chatbot import EmergencyNumbers, Entry, Language
from chatbot.responder import Bot
from matching.embedding import Encoder, load_encoder

SAMPLE = Path(__file__).parents[2] / "server" / "demo" / "knowledge.jsonl"

NUMBERS: dict[Language, EmergencyNumbers] = {
    "zh": EmergencyNumbers(medical="120", police="110", crisis_line="12356"),
    "en": EmergencyNumbers(medical="911", police="912", crisis_line="988"),
}
NAMES: dict[Language, str] = {"zh": "问津", "en": "Wenjin"}


def entry(id_: str, language: Language, answer: str, *wordings: str, group: str | None = None) -> Entry:
    return Entry(
        id=id_, question=wordings[0], alternatives=wordings[1:], answer=answer, language=language, group=group
    )


ENTRIES = (
    entry(
        "refund",
        "zh",
        "七天内可以申请退款，原路退回。",
        "怎么申请退款",
        "我想退钱",
        "不想要了可以退吗",
        "退款流程",
    ),
    entry(
        "invoice",
        "zh",
        "在订单页点“开发票”。",
        "怎么开发票",
        "可以开增值税发票吗",
        "发票在哪里下载",
        "电子发票",
    ),
    entry("price", "zh", "咨询每小时三百元。", "咨询怎么收费", "多少钱一次", "价格是多少", "收费标准"),
    entry(
        "reschedule", "zh", "开始前两小时可以改时间。", "怎么修改预约时间", "能改期吗", "约的时间来不了怎么办"
    ),
    entry("password", "zh", "点“忘记密码”重设。", "忘记密码怎么办", "登录不上去", "怎么重设密码", "密码不对"),
    entry(
        "refund-en",
        "en",
        "You can ask for a refund within seven days.",
        "How do I get a refund",
        "I want my money back",
    ),
    entry(
        "invoice-en", "en", "Open the order and press Invoice.", "How do I get an invoice", "I need a receipt"
    ),
    entry(
        "price-en",
        "en",
        "An hour costs 45 dollars.",
        "How much does a consultation cost",
        "What is the price",
    ),
    entry(
        "reschedule-en", "en", "Up to two hours before.", "Can I reschedule my appointment", "Change the time"
    ),
    entry("password-en", "en", "Press Forgot password.", "I forgot my password", "I cannot log in"),
)


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder("bundled", threads=2, cache_file=tmp_path_factory.mktemp("cache") / "cache.npz")


@pytest.fixture(scope="session")
def entries() -> tuple[Entry, ...]:
    """Five answers in each language."""
    return ENTRIES


@pytest.fixture
def fresh_bot(encoder: Encoder) -> Bot:
    """A bot without knowledge."""
    return Bot(encoder, emergency=NUMBERS, name=NAMES)


@pytest.fixture(scope="session")
def bot(encoder: Encoder) -> Bot:
    """A bot that knows `entries`."""
    made = Bot(encoder, emergency=NUMBERS, name=NAMES)
    made.load(ENTRIES)
    return made


@pytest.fixture(scope="session")
def informed_bot(encoder: Encoder) -> Bot:
    """Knows the sample knowledge, with two wordings an entry."""
    bot = Bot(encoder, emergency=NUMBERS, name=NAMES, target_precision=0.95)
    read = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    bot.load(
        [
            Entry(
                id=one["id"],
                question=one["question"],
                alternatives=tuple(one["alternatives"][:1]),
                answer=one["answer"],
                language=one["language"],
            )
            for one in read
        ]
    )
    return bot
