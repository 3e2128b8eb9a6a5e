"""Recognises what a message wants besides an answer: a person, small talk, relief from anger or haste."""

import re
from typing import Literal

from chatbot.buying import asks_to_buy
from chatbot.normalisation import EXAMINED_CHARACTERS, squeezed, words
from chatbot.patterns import any_of
from chatbot.small_talk import SmallTalk, find_small_talk
from chatbot.spelling import corrected

Intent = SmallTalk | Literal["question", "empty", "wants_person", "complaint", "urgent", "buying"]

SAYS_NOTHING: frozenset[Intent] = frozenset({"empty", "greeting", "thanks", "goodbye", "who_are_you"})
"""No question can go on from these."""

_ZH_POLITE = (
    r"(?:你好|您好|请|请问|麻烦|帮我|给我|我|要|想|想要|需要|我要|我想|可以|能|能不能|可不可以"
    r"|直接|现在|马上|赶紧|快|立刻|一下|一个|个|吧|啊|呀|呢|嘛|了|的|吗|谢谢|行不行|好吗|到|下)"
)
_ZH_PERSON = (
    r"(?:人工(?:客服|服务|坐席|座席|顾问|咨询|台|老师)?|真人(?:客服|服务|顾问)?|客服(?:人员"
    r"|小姐姐|小哥|专员)?|活人|工作人员|接线员|话务员|坐席|专员)"
)
_ZH_VERB = r"(?:转接?到?|换|找|叫|接|接通|联系|呼叫|连接?|喊|召唤|切换?到?)"
_ZH_NOT_A_PERSON = (
    r"(?:智能|费|湖|授精|受孕|流产|关节|呼吸|成本|翻译|草|晶体|降雨|耳蜗|心脏|养殖|岛|合成"
    r"|香|钻|宝石|秀|版|cs|漫|电影|工资|岗|培训|课|电话是|热线是|工作|上班|几点|招聘|外包"
    r"|系统|软件|专业|费用|价格|多少钱|收费)"
)

_ZH_WANTS_PERSON = any_of(
    rf"^{_ZH_POLITE}{{0,6}}(?:{_ZH_VERB})?{_ZH_POLITE}{{0,3}}{_ZH_PERSON}{_ZH_POLITE}{{0,4}}$",
    rf"[转轉專专传]{_ZH_POLITE}{{0,2}}(?:接|到|去)?(?:个|一下|下)?(?:人[工公功攻]|[仁]工|真人"
    rf"|客服)(?!{_ZH_NOT_A_PERSON})",
    rf"(?:找|换|叫|接|要|喊|来|给我|联系)(?:一?个|位|一位|到|下|一下|你们的?|你们)?(?:人工|真人"
    rf"|活人|活的|接线员|话务员)(?!{_ZH_NOT_A_PERSON})",
    rf"(?:找|换|叫|联系|呼叫|需要)(?:一?个|位|一位|到|下|一下|你们的?|你们)?(?:客服|工作人员"
    rf"|负责人|人来|能做主的)(?!{_ZH_NOT_A_PERSON}|的?(?:电话|方式|时间))",
    r"(?:和|跟|与|同)(?:一?个|位)?(?:真人|活人|真的人|人工|客服|顾问本人"
    r"|咨询师本人)(?:直接)?(?:来)?(?:说|聊|谈|沟通|对话|讲|交流)",
    r"(?:要|想|能|让我|可以|需要|希望|只|宁愿)(?:和|跟|与|同)(?:一?个"
    r"|位)?人(?:直接)?(?:来)?(?:说话|说说|说|聊聊|聊天|聊|谈谈|谈|沟通|对话|讲话|讲|交流)(?!技巧"
    r"|能力|课|障碍|时|的(?:技巧|能力|时候))",
    r"(?:别|不要|不想|不用|拒绝|讨厌|不想再)(?:再)?(?:用|和|跟|让|给我|找"
    r"|是)?(?:你们?的?)?(?:这个|这种|一个)?(?:机器人|ai|机器|智能客服|自动回复)",
    r"(?:机器人|自动回复|智能客服)(?:走开|滚|闭嘴|没用|听不懂|退下|下线)|(?:能不能|可以"
    r"|可不可以)(?:来|派|换)(?:一)?个(?:活|真)?人",
    rf"^(?:请问|你好|您好|喂)?(?:有没有|有|还有)(?:真|活)?人(?:在|在线|在吗|吗|啊|呢|能回答|能帮"
    rf"|理我).{{0,6}}$|有没有(?:真人|活人|人工|客服)(?!{_ZH_NOT_A_PERSON})|(?:真人|人工"
    rf"|客服)(?:在吗|在不在|在线吗|呢|去哪|出来)",
    r"(?:换|找|叫|来)(?:一?个|位)(?:真|活)?人(?:来|跟|和|给|帮|吧|$)|(?:直接)?(?:接"
    r"|转)(?:接)?(?:到|给)?(?:一?个|位)?(?:咨询师|顾问|老师|医生|律师|专家)(?:$|吧|谢谢|好吗|聊)",
    r"zhuan?(?:jie)?(?:ren|r)gong|^z?rengong(?:kefu)?$|^zrg$|^kefu$|转rengong|rengongkefu"
    r"|人工可服|人工客户|人工克服|转人(?:$|吧|啊)",
)

_EN_PERSON = (
    r"(?:human(?: being)?s?|person|people|agents?|representatives?|reps?|operators?|someone"
    r"|somebody|advisors?|consultants?|staff|specialists?|customer (?:service|support|care)"
    r"|support(?: team)?|live (?:chat|agent|support)|real (?:one|human|person|agent)|manager"
    r"|supervisor)"
)
_EN_FILLER = (
    r"(?:please|pls|plz|i|we|you|me|want|need|would|like|to|a|an|the|some|any|real|live|actual"
    r"|human|now|right|hi|hello|hey|get|give|just|can|could|may|have|id|im|is|there|here|thanks"
    r"|thank|with|be|actual|at|once|asap|immediately|still|only|not|bot|robot|for|of|your|my|let"
    r"|lets|us|go|ahead|yes|no|ok|okay|one|physical|living|breathing)"
)
_EN_TOPIC = (
    r"\b(?:travel|estate|insurance|sales|course|courses|training|salary|become|job|career|cost"
    r"|costs|price|how much|fee|fees|commission|free agent|double agent|cleaning agent|resources"
    r"|rights|body|history|anatomy|contact person|personal|machine operator|math operator"
    r"|operator precedence|house of representatives|elected|customer service (?:skills|training"
    r"|course|job)|support (?:group|vector)|per person|in person|first person|third person"
    r"|missing person|legal person|power of attorney|natural language|agency|agents commission"
    r"|real estate)\b"
)

_EN_WANTS_PERSON = any_of(
    rf"^(?:{_EN_FILLER} ){{0,10}}{_EN_PERSON}(?: {_EN_FILLER}){{0,6}}$",
    rf"\b(?:speak|talk|chat|connect|connected|transfer|transferred|put|pass|switch|escalate|hand"
    rf"|handed|get|route|forward|reach|call)(?: \w{{1,12}}){{0,2}} (?:to|with|through|over|onto"
    rf"|in touch with|me|us) (?:(?:an?|the|your|some|real|live|actual|human|one|of|somebody"
    rf"|another|in) ){{0,4}}{_EN_PERSON}\b",
    r"\b(?:want|need|get me|give me|find me|send me|prefer|demand|request|require"
    r"|looking for)(?: to (?:speak|talk|chat) (?:to|with))? (?:(?:an?|the|some|any|real|live"
    r"|actual|human|proper) ){0,4}(?:human(?: being)?|person|agent|representative|rep|operator"
    r"|live chat|customer (?:service|support))\b",
    r"\b(?:not|no|dont want|do not want|stop|hate|without|instead of|sick of|tired of|enough of"
    r"|rather not)(?: \w{1,10}){0,4} (?:bots?|robots?|machines?|chat ?bots?|automated (?:replies"
    r"|responses|system)|ai)\b",
    r"\b(?:is|are) (?:there |any ?one |anybody )?(?:(?:an?|any|some) )?(?:real |live "
    r"|actual )?(?:anyone|anybody|someone|human|humans|person|people|somebody) (?:there|here"
    r"|around|available|online|real|i can (?:talk|speak))\b|\banybody (?:there|home|real)\b"
    r"|\banyone (?:there|real|home)\b",
    r"\b(?:can|could|may|let|would|want to|need to|like to|rather|how do"
    r"|please)(?: \w{1,8}){0,4} (?:speak|talk|chat) (?:to|with) (?:(?:an?|the|your|some|real|live"
    r"|actual) ){0,3}(?:human|person|someone|somebody|agent|representative|operator|people"
    r"|advisor|consultant|staff|anyone|one of you)\b",
    r"\bhuman (?:support|help|assistance|agent|please|now|being please)\b|\b(?:real|live"
    r"|actual) (?:human|person|agent|people|representative)\b|\b(?:customer service"
    r"|customer support|operator|representative|agent) (?:please|now)\b",
)

_ZH_COMPLAINT = re.compile(
    r"投诉|举报你们|差评|骗子|骗人|太差|太烂|垃圾|坑人|坑爹|废物|傻[逼b叉]|滚|他妈|tmd|什么破|什么玩意"
    r"|气死|很生气|非常生气|愤怒|不满意?|受够|忍无可忍|敷衍|糊弄|答非所问|听不懂人话|没用的|浪费时间|黑心"
    r"|无良|曝光你们|消费者协会|12315|等了(?:一整天|半天|几个小时|很久|好久|好几天|一个星期)"
)
_EN_COMPLAINT = re.compile(
    r"\b(?:complain(?:t|ts|ing)?|scam(?:mers?|med)?|fraud(?:ulent)?|rip ?off|terrible|horrible|awful"
    r"|worst|useless|ridiculous|unacceptable|disgusting|pathetic|garbage|rubbish|bullshit|wtf|fuck\w{0,4}"
    r"|shit|stupid bot|idiot\w{0,2}|angry|furious|outrag\w{2,6}|disappointed|fed up|sick of"
    r"|waste of (?:time|money)|lawsuit|sue you|report you|never again|ive been waiting"
    r"|i have been waiting|nobody (?:answers|responds|replies|helps)|no one (?:answers|responds|replies"
    r"|helps)|not helpful|doesnt help|didnt help)\b"
)
_ZH_URGENT = re.compile(
    r"紧急|加急|十万火急|急急|很急|特别急|急用|急需|着急|赶时间|尽快|马上就要|来不及|立刻|立即|火速"
    r"|等不了|在线等急?"
)
_EN_URGENT = re.compile(
    r"\b(?:urgent(?:ly)?|asap|emergency(?! (?:fund|exit|contact|savings|course|medicine|room course))"
    r"|immediately|right away|right now|as soon as possible|time sensitive|hurry|cant wait"
    r"|desperate(?:ly)?|due (?:today|tomorrow|in an hour))\b"
)


def find_intent(text: str) -> Intent:
    """The first that fits: nothing said, wish for a person, small talk, anger, haste, purchase, question."""
    close, spaced = squeezed(text), corrected(words(text))
    if not close and not any(character.isalnum() for character in text[:EXAMINED_CHARACTERS]):
        return "empty"
    small_talk = find_small_talk(close, spaced)
    if small_talk != "who_are_you" and _wants_person(close, spaced):
        return "wants_person"
    return small_talk or _mood(close, spaced)


def complains(text: str) -> bool:
    """Whether there are words of complaint in it, whatever else it wants."""
    return _has_complaint(squeezed(text), corrected(words(text)))


def _has_complaint(close: str, spaced: str) -> bool:
    return bool(_ZH_COMPLAINT.search(close) or _EN_COMPLAINT.search(spaced))


def _mood(close: str, spaced: str) -> Intent:
    if _has_complaint(close, spaced):
        return "complaint"
    if _ZH_URGENT.search(close) or _EN_URGENT.search(spaced):
        return "urgent"
    return "buying" if asks_to_buy(close, spaced) else "question"


def _wants_person(close: str, spaced: str) -> bool:
    if _ZH_WANTS_PERSON.search(close):
        return True
    return bool(_EN_WANTS_PERSON.search(spaced)) and not re.search(_EN_TOPIC, spaced)
