"""What people say in the README's pictures; Chinese and English tell the same."""

from dataclasses import dataclass
from typing import Literal

from tests.end_to_end.browsing import Language

Side = Literal["user", "consultant"]
Said = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: Language
    user: str
    consultant: str
    supervisor: tuple[str, str]
    colleagues: tuple[str, ...]
    question: str
    talk: tuple[tuple[Side, str], ...]
    note: str
    others_of_consultant: Said
    """Names and questions of the consultant's further users."""
    others: Said
    ratings: tuple[tuple[str, int, str], ...]


WORDS: dict[Language, Words] = {
    "zh": Words(
        language="zh",
        user="周小雨",
        consultant="lin-zhiyuan",
        supervisor=("wang-huilan", "王蕙兰"),
        colleagues=("xu-ke", "chen-boyan", "he-jingran", "qiao-yi"),
        question="公司说业务调整要裁掉我，只肯给一个月工资，这样合法吗？",
        talk=(
            ("consultant", "您好，我是林致远。您在这家公司工作了几年？劳动合同和工资流水都在手里吗？"),
            ("user", "八年零三个月，合同和流水都有。"),
            (
                "consultant",
                "那一个月工资明显不够。经济补偿按工作年限算，每满一年一个月工资，您这里至少是八个月。",
            ),
            ("user", "公司让我明天就签协议，我该怎么办？"),
        ),
        note="工龄八年三个月，材料齐。对方催签协议，重点提醒不要当场签字。",
        others_of_consultant=(
            ("吴先生", "试用期第五个月被辞退，没有书面理由，能要补偿吗？"),
            ("林小姐", "公司两个月没发加班费了，劳动仲裁怎么申请？"),
        ),
        others=(
            ("李女士", "最近一直失眠，心里很慌，想找人聊聊。"),
            ("王先生", "体检报告说血脂偏高，需要吃药吗？"),
            ("赵同学", "应届生简历怎么写项目经历？"),
            ("何女士", "年费会员被重复扣款了，请帮我查一下。"),
            ("孙先生", "胃疼了一个星期，挂什么科？"),
            ("钱女士", "和老公为了孩子的事总吵架，怎么办？"),
        ),
        ratings=(
            ("冯女士", 5, "讲得很清楚，心里有底了。"),
            ("郑先生", 4, "回复很快，建议都能照着做。"),
        ),
    ),
    "en": Words(
        language="en",
        user="Olivia Grant",
        consultant="emily-hart",
        supervisor=("helen-moore", "Helen Moore"),
        colleagues=("daniel-okafor", "nora-fischer", "xu-ke", "qiao-yi"),
        question="My landlord refuses to return my rental deposit and claims damage that was there before.",
        talk=(
            (
                "consultant",
                "Hello, I am Emily. Did you sign a check-in report, and do you have photos from that day?",
            ),
            ("user", "Yes, both. The scratches are on the photos."),
            (
                "consultant",
                "Then you are in a good position. Ask for a list of the damage in writing and set a date.",
            ),
            ("user", "He says the contract lets him keep it anyway. Is that true?"),
        ),
        note="Check-in report and photos exist. Look at clause 7 of the contract before the letter goes out.",
        others_of_consultant=(
            ("Ben Carter", "An online shop refuses to take back a broken laptop. What can I do?"),
            ("Mia Novak", "A client has not paid my invoice for three months."),
        ),
        others=(
            ("Liam Wong", "I have not slept well for weeks and feel anxious at work."),
            ("Sara Lind", "Which income do I declare when I worked in two countries?"),
            ("Tom Becker", "How do I prepare for an interview in another field?"),
            ("Ana Ruiz", "My yearly membership was charged twice."),
            ("Noah Kim", "I feel lonely since I moved abroad."),
            ("Ella Stone", "Do I pay tax on share options that I have not sold?"),
        ),
        ratings=(
            ("Grace Hill", 5, "Clear steps and a letter I could send the same day."),
            ("Paul Adams", 4, "Quick, friendly and to the point."),
        ),
    ),
}
