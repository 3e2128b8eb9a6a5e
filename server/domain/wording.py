"""What system messages say, in the session's language; clients may word `data.event` themselves."""

from typing import Literal

SystemEvent = Literal[
    "session_started",
    "bot_handoff",
    "queued",
    "assigned",
    "transferred",
    "joined",
    "consultant_lost",
    "idle_warning",
    "emergency_notice",
    "recalled",
    "session_ended",
]

_CHINESE: dict[str, str] = {
    "session_started": "会话已开始",
    "bot_handoff": "正在为您转接人工顾问",
    "queued": "您已进入等候队列，我们会尽快安排顾问",
    "assigned": "{name} 已接入，为您服务",
    "transferred": "已为您转接给 {name}",
    "transferred_to_queue": "顾问正在为您另行安排合适的同事，请稍候",
    "joined": "主管 {name} 已加入会话",
    "recalled": "{name} 撤回了一条消息",
    "consultant_lost": "顾问的连接中断了，我们正在为您安排另一位顾问，您的等候时间保持不变",
    "idle_warning": "您还在吗？如果一段时间没有新消息，会话将自动结束",
    "session_ended": "会话已结束",
    "session_ended_timeout": "由于长时间没有新消息，会话已自动结束",
    "session_ended_left": "您已离开等候队列，会话结束",
}

_ENGLISH: dict[str, str] = {
    "session_started": "The session has started",
    "bot_handoff": "Connecting you with a consultant",
    "queued": "You are in the queue. A consultant will be with you as soon as possible",
    "assigned": "{name} has joined and will help you",
    "transferred": "You have been transferred to {name}",
    "transferred_to_queue": "Your consultant is arranging a better-suited colleague for you, please wait",
    "joined": "Supervisor {name} has joined the session",
    "recalled": "{name} has recalled a message",
    "consultant_lost": (
        "Your consultant's connection was lost. We are finding another one; you keep your place in the queue"
    ),
    "idle_warning": "Are you still there? Without new messages this session will end by itself",
    "session_ended": "The session has ended",
    "session_ended_timeout": "The session has ended because there were no new messages for a long time",
    "session_ended_left": "You have left the queue and the session has ended",
}


def system_text(event: str, language: str, *, variant: str = "", name: str = "") -> str:
    """The sentence for `event` (or its `variant`, such as `timeout`) in `zh` or `en`."""
    sentences = _CHINESE if language == "zh" else _ENGLISH
    key = f"{event}_{variant}" if variant else event
    return sentences.get(key, sentences.get(event, event)).replace("{name}", name)
