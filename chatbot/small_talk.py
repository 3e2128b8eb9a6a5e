"""Recognises messages that are nothing but greeting, thanks, goodbye or "who are you"."""

import re
from typing import Literal

SmallTalk = Literal["greeting", "thanks", "goodbye", "who_are_you"]

_LONGEST_CHARACTERS = 24

_ZH_SMALL_TALK: tuple[tuple[SmallTalk, re.Pattern[str]], ...] = (
    (
        "who_are_you",
        re.compile(
            r"(?:你|您)(?:到底|究竟)?(?:是|叫)(?:谁|什么|啥|哪位|什么名字|机器人|真人|人|人工|ai|人吗"
            r"|活人|人还是机器人|真人还是机器人|机器人还是真人|机器人吗|真人吗|ai吗|人工吗"
            r"|人工还是机器人)(?:啊|呀|呢|吗|么|吧)?|你(?:能|会|可以)(?:做|干|帮我做)?(?:什么|啥"
            r"|些什么)(?:呢|啊|呀)?|(?:你好)?你是|自我介绍(?:一下)?|介绍一下(?:你)?自己"
        ),
    ),
    (
        "greeting",
        re.compile(
            r"(?:(?:你|您|大家|客服|老师|医生)?好(?:啊|呀|哇|吗)?|哈[喽啰罗]|嗨+|喂+|hi|hello|hey|在吗"
            r"|在不在|在么|有空吗|早|早上好|早安|上午好|中午好|下午好|晚上好|晚安好|你好在吗|您好在吗"
            r"|请问在吗|嘿+|hihi){1,2}(?:呀|啊|哦)?"
        ),
    ),
    (
        "thanks",
        re.compile(
            r"(?:(?:好的?|嗯+|行|ok|知道了|明白了?|收到|懂了|太好了|可以|没问题|解决了|很有用)?(?:非常"
            r"|十分|太|真的|真是)?(?:谢谢|多谢|感谢|谢啦|谢了|3q|thx|thanks|辛苦了?|麻烦了?|麻烦你了|有劳"
            r"|蟹蟹|谢)(?:你|您|啦|了|哈|哦|喽|客服|老师|你们|你的帮助|您的帮助|大家|的帮助)?){1,3}|好的?"
            r"|好嘞|嗯+|行吧?|知道了|明白了?|收到|懂了|了解了?|ok|okay|可以的?|没问题了?|解决了|很有用|棒"
        ),
    ),
    (
        "goodbye",
        re.compile(
            r"(?:好的|谢谢|那|我|先)?(?:再见|拜拜?|拜|88|886|回见|下次见|晚安|走了|下了|先这样吧?|没事了"
            r"|不用了|没有了|没别的了|byebye|bye|回头见|就这样吧?)(?:啦|了|哈|哦|谢谢|吧)?"
        ),
    ),
)
_EN_SMALL_TALK: tuple[tuple[SmallTalk, re.Pattern[str]], ...] = (
    (
        "who_are_you",
        re.compile(
            r"(?:hi |hello |hey )?(?:so )?(?:who|what) (?:are|r) (?:you|u)|(?:are|r) (?:you|u) (?:a |an "
            r"|really a |even |just a )?(?:bot|robot|chatbot|ai|human|real|real person|person|machine"
            r"|computer|real human|live agent)(?: or (?:a )?(?:bot|robot|human|person|real person))?"
            r"|am i (?:talking|speaking|chatting) (?:to|with) (?:a |an )?(?:bot|robot|human|person"
            r"|real person|machine|ai)|whats your name|what is your name|what can (?:you|u) (?:do"
            r"|help with|help me with)|do you have a name"
        ),
    ),
    (
        "greeting",
        re.compile(
            r"(?:hi+|hello+|hey+|hiya|howdy|yo|good (?:morning|afternoon|evening|day)|greetings|hi there"
            r"|hello there|hey there|hola|sup|whats up|how are you|how are you doing|how do you do"
            r"|anyone there hi|nihao|ni hao)(?: (?:there|bot|all|everyone|team|how are you|hi|hello"
            r"|today))?"
        ),
    ),
    (
        "thanks",
        re.compile(
            r"(?:(?:ok|okay|great|perfect|cool|awesome|nice|got it|good|alright|that helps|that helped"
            r"|wonderful|excellent|oh|yes|all good) ){0,2}(?:thanks?(?: you)?|thx|ty|tysm|thank u|cheers"
            r"|much appreciated|appreciate it|many thanks|thanks? a (?:lot|bunch|million)"
            r"|thanks? (?:you )?(?:so|very) much)(?: (?:you|bot|so much|very much|a lot|for (?:your|the"
            r"|all your) help|for that|that helps|that helped|again|for helping))?|ok|okay|k|great"
            r"|perfect|cool|awesome|got it|alright|understood|i see|that helps|that helped|no problem"
            r"|sounds good|good|very helpful"
        ),
    ),
    (
        "goodbye",
        re.compile(
            r"(?:(?:ok|okay|thanks|thank you|alright|well) )?(?:bye+|bye bye|goodbye|good bye|see you"
            r"|see ya|cya|good night|goodnight|have a (?:nice|good|great) (?:day|one|evening|night"
            r"|weekend)|take care|farewell|thats all|that is all|nothing else|im done|later)(?: (?:bye"
            r"|now|then|later|soon|everyone|for now|thanks|thank you|you too))?"
        ),
    ),
)


def find_small_talk(close: str, spaced: str) -> SmallTalk | None:
    """What kind of small talk a whole message is; `close` is its `squeezed` form, `spaced` its `words`."""
    is_latin = close.isascii()
    form, table = (spaced, _EN_SMALL_TALK) if is_latin else (close, _ZH_SMALL_TALK)
    if len(form) > (_LONGEST_CHARACTERS * 2 if is_latin else _LONGEST_CHARACTERS):
        return None
    tables = (table, _ZH_SMALL_TALK) if is_latin else (table,)
    for patterns in tables:
        for intent, pattern in patterns:
            if pattern.fullmatch(form):
                return intent
    return None
