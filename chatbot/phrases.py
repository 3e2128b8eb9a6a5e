"""Every sentence of the bot's own, in Chinese and English."""

from collections.abc import Sequence

from chatbot.crisis_patterns import CrisisKind
from chatbot.language import Language
from chatbot.replies import EmergencyNumbers

_SENTENCES: dict[str, dict[Language, str]] = {
    "greeting": {
        "zh": "您好！我是{name}的自动助手（机器人）。请直接说您的问题，我能答的马上答；想找真人顾问，说"
        "“转人工”就可以。",
        "en": "Hello! I'm {name}'s automatic assistant, a bot. Tell me your question and I'll answer "
        "if I can. "
        "To reach a person, just say “agent”.",
    },
    "thanks": {
        "zh": "不客气，能帮上忙就好。还有问题随时问我这个机器人，或说“转人工”找真人顾问。",
        "en": "You're welcome! This bot is here if anything else comes up, or say “agent” to reach a person.",
    },
    "goodbye": {
        "zh": "再见，祝您一切顺利！需要时随时回来，机器人一直都在。",
        "en": "Goodbye and all the best! The bot is here whenever you need it again.",
    },
    "who_are_you": {
        "zh": "我是{name}的自动助手，是机器人，不是真人。我用已审核的资料回答常见问题；答不上来的会请真"
        "人顾问来帮您。说“转人工”可直接找真人。",
        "en": "I'm {name}'s automatic assistant: a bot, not a person. I answer common questions from "
        "reviewed "
        "material and bring in a human consultant for the rest. Say “agent” to go straight to a person.",
    },
    "empty": {
        "zh": "我是自动助手，没看到文字内容。请用一两句话告诉我您的问题，或说“转人工”找真人顾问。",
        "en": "I'm an automatic assistant and couldn't see any words. Please tell me your question in "
        "a sentence "
        "or two, or say “agent” to reach a person.",
    },
    "answer_upset": {
        "zh": "很抱歉给您带来不好的体验。先把我找到的资料给您，想和真人谈请说“转人工”：\n\n{answer}",
        "en": "I'm sorry this has been a bad experience. Here is what I found; if you'd rather talk to a "
        "person, say “agent”:\n\n{answer}",
    },
    "clarify": {
        "zh": "我是自动助手，还不太确定您的意思。您想问的是下面哪一个？\n{options}\n都不是的话，请换个"
        "说法，或说“转人工”。",
        "en": "I'm an automatic assistant and not quite sure what you mean. Is it one of these?\n{options}\n"
        "If not, please put it another way, or say “agent” to reach a person.",
    },
    "handoff_asked": {
        "zh": "好的，这就为您转接真人顾问。您可以先把情况写下来，顾问一来就能看到，不用重复说。",
        "en": "Of course, I'm connecting you with a person. Feel free to write down the details "
        "meanwhile; the "
        "consultant will see them, so you won't have to repeat yourself.",
    },
    "handoff_unsure": {
        "zh": "这个问题我没有把握，不想随便回答您，正在为您转接真人顾问。您可以先补充一些细节。",
        "en": "I'm not sure about that and would rather not guess, so I'm connecting you with a person. "
        "Feel free to add details meanwhile.",
    },
    "handoff_upset": {
        "zh": "很抱歉让您有这样的感受。我是机器人，这件事应当由真人来处理，正在为您转接顾问。您写下的内"
        "容顾问都能看到。",
        "en": "I'm sorry you've had this experience. I'm a bot and a person should look after this; "
        "I'm connecting "
        "you with a consultant now, who will see everything you wrote.",
    },
    "handoff_urgent": {
        "zh": "知道您很着急。我没有把握的答案，正在为您转接真人顾问，并已标记为紧急。",
        "en": "I understand this is urgent. The bot has no answer it is sure of, so I'm connecting you "
        "with a person "
        "and have marked your request as urgent.",
    },
}

_HELP: dict[CrisisKind, dict[Language, str]] = {
    "self_harm": {
        "zh": "· 心理援助热线 {crisis_line}\n"
        "· 如果已经受伤、服药或有立即的危险，请拨打急救 {medical} 或报警 {police}",
        "en": "· Crisis line: {crisis_line}\n"
        "· If you are hurt, have taken something or are in immediate danger: ambulance {medical}, "
        "police {police}",
    },
    "danger": {
        "zh": "· 有立即的危险，请马上报警 {police}\n"
        "· 有人受伤，请拨打急救 {medical}\n"
        "· 想找人倾诉，心理援助热线 {crisis_line}",
        "en": "· Immediate danger: call the police, {police}\n"
        "· Someone is hurt: ambulance, {medical}\n"
        "· Someone to talk to: crisis line, {crisis_line}",
    },
    "medical": {
        "zh": "· 请马上拨打急救 {medical}，按接线员的指示去做\n"
        "· 如果服了药或毒物，请把包装带给医生看\n"
        "· 如果是有意伤害自己，也可拨打心理援助热线 {crisis_line}；有人身危险请报警 {police}",
        "en": "· Call an ambulance now, {medical}, and do what they tell you\n"
        "· If something was swallowed, keep the packaging for the doctors\n"
        "· If it was on purpose, the crisis line is {crisis_line}; if someone is a danger, call the "
        "police, {police}",
    },
}
"""What can be done, whoever says it."""

_CRISIS: dict[CrisisKind, dict[Language, str]] = {
    "self_harm": {
        "zh": "谢谢您愿意说出来。听起来您现在非常难受，您的安全最重要。我只是自动助手，无法给您需要的帮"
        "助，但有人可以：\n{help}\n"
        "如果可以，请先离开危险的地方，请一位您信任的人陪在身边。我已请真人顾问尽快来这里。",
        "en": "Thank you for telling me. It sounds as if you are in great pain, and your safety comes "
        "first. I'm only "
        "an automatic assistant and can't give you the help you deserve, but people can:\n{help}\n"
        "If you can, move away from anything dangerous and ask someone you trust to stay with you. "
        "I've asked a "
        "person to join this chat as soon as possible.",
    },
    "danger": {
        "zh": "您说的情况可能有危险，安全最重要。我只是自动助手，无法处理紧急情况：\n{help}\n"
        "如果可以，请先去一个安全的地方。我已请真人顾问尽快来这里。",
        "en": "What you describe may be dangerous, and safety comes first. I'm only an automatic "
        "assistant and can't "
        "handle an emergency:\n{help}\n"
        "If you can, get to a safe place first. I've asked a person to join this chat as soon as possible.",
    },
    "medical": {
        "zh": "您说的情况可能需要急救。我只是自动助手，不能判断病情，请不要在这里等：\n{help}\n"
        "我已请真人顾问尽快来这里，但请先求救。",
        "en": "What you describe may need emergency care. I'm only an automatic assistant and can't "
        "judge an illness, "
        "so please don't wait here:\n{help}\n"
        "I've asked a person to join this chat as soon as possible, but call for help first.",
    },
}


def sentence(key: str, language: Language, **values: str) -> str:
    """The sentence for `key`; values are put in as they are, so braces in an answer stay braces."""
    text = _SENTENCES[key][language]
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def options(questions: Sequence[str]) -> str:
    """One question a line, with a dot before it: a number would invite replies that only quote it."""
    return "\n".join(f"· {question}" for question in questions)


def help_lines(kind: CrisisKind, language: Language, numbers: EmergencyNumbers) -> str:
    """One a line, with a dot before it."""
    return _HELP[kind][language].format(
        crisis_line=numbers.crisis_line, medical=numbers.medical, police=numbers.police
    )


def crisis_sentence(kind: CrisisKind, language: Language, lines: str) -> str:
    """What the bot says around the help lines."""
    return _CRISIS[kind][language].replace("{help}", lines)
