"""Who may buy is told from who has bought, and from who merely speaks of money."""

import pytest

from chatbot.intents import find_intent

BUYING = """
咨询一次多少钱
怎么收费的
价格是多少？
你们会员年费多少
想买一个季度的会员
有没有学生优惠
现在有什么活动，能打折吗
在哪里可以购买课程
怎么开通会员
我想报名下周的写作课
可以分期付款吗
哪个套餐比较划算
能便宜点吗
有试听课吗
一个小时的视频咨询收费标准
想续费，怎么操作
请问团体咨询报价
法律咨询要钱吗
心理咨询费用大概多少
打算给家里人也办一张卡，怎么买
how much is a consultation
How much does the premium plan cost?
what are your prices
What's the price per session?
I'd like to buy a gift card
how do I sign up for the course
where can I purchase a membership
Do you have any student discounts?
is there a free trial
which plan is best for me
can I pay in installments
I'm interested in purchasing ten licences
pricing please
do you charge for the first call
could I upgrade to the yearly membership
""".strip().splitlines()

NOT_BUYING = """
退款能退多少钱
怎么退款
被罚了多少钱才算多
公司欠我多少钱工资该怎么要
昨天买的课打不开
我买了会员为什么还有广告
离婚抚养费一般多少钱
辞退赔偿多少钱
优惠券用不了
怎么取消自动续费
会员到期了怎么办
发票金额开错了
房租押金不退怎么办
花了三百块钱完全没用上
孩子零花钱给多少钱合适
加班工资多少钱一小时
不想续费了
个税要交多少钱
评价在哪里看
钱什么时候到账
how much sleep do I need
how do I get a refund
I bought a course and can't open it
I was charged twice
how much time do I have to appeal
where is my invoice
the coupon has expired
how much compensation can I claim
what is the price of my house worth in a divorce, is rent included
cancel my subscription
how much notice must my landlord give
my order has not arrived
in order to apply, do I need a visa
how much tax do I pay on freelance income
can I return what I ordered
""".strip().splitlines()


@pytest.mark.parametrize("text", BUYING)
def test_a_question_before_a_purchase_is_recognised(text: str) -> None:
    assert find_intent(text) == "buying"


@pytest.mark.parametrize("text", NOT_BUYING)
def test_other_questions_about_money_are_not(text: str) -> None:
    assert find_intent(text) != "buying"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("转人工，我想问问价格", "wants_person"),
        ("太差了，多少钱都不值", "complaint"),
        ("很急，一次多少钱", "urgent"),
        ("I need to talk to a person about your prices", "wants_person"),
        ("this is ridiculous, how much is it really", "complaint"),
        ("how much is it? it's urgent", "urgent"),
    ],
)
def test_what_matters_more_comes_first(text: str, intent: str) -> None:
    assert find_intent(text) == intent
