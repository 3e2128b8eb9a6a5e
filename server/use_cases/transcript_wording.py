"""What a transcript says around the messages, in Chinese and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptWords:
    title: str
    session: str
    topic: str
    consultant: str
    status: str
    statuses: dict[str, str]
    started: str
    ended: str
    rating: str
    roles: dict[str, str]
    recalled: str
    file: str
    times: str
    separator: str

    def times_are_of(self, zone: str) -> str:
        return self.times.replace("{zone}", zone)


_CHINESE = TranscriptWords(
    title="咨询记录",
    session="会话编号",
    topic="主题",
    consultant="顾问",
    status="状态",
    statuses={"bot": "机器人接待中", "queued": "排队中", "active": "进行中", "ended": "已结束"},
    started="开始时间",
    ended="结束时间",
    rating="评分",
    roles={"user": "用户", "consultant": "顾问", "supervisor": "主管", "bot": "机器人", "system": "系统"},
    recalled="（消息已撤回）",
    file="文件",
    times="时间按 {zone} 时区",
    separator="：",
)

_ENGLISH = TranscriptWords(
    title="Transcript",
    session="Session",
    topic="Topic",
    consultant="Consultant",
    status="Status",
    statuses={"bot": "with the bot", "queued": "waiting", "active": "in progress", "ended": "ended"},
    started="Started",
    ended="Ended",
    rating="Rating",
    roles={
        "user": "user",
        "consultant": "consultant",
        "supervisor": "supervisor",
        "bot": "bot",
        "system": "system",
    },
    recalled="(message recalled)",
    file="File",
    times="Times are those of {zone}",
    separator=": ",
)


def transcript_words(language: str) -> TranscriptWords:
    return _CHINESE if language == "zh" else _ENGLISH
