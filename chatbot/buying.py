"""Recognises questions of somebody who may buy: price, offers, how to order. Not those of who has bought."""

from chatbot.patterns import any_of, any_words_of

_ZH_BUYING = any_of(
    r"多少钱|几块钱|(?:怎么|如何|怎样|咋)(?:收费|计费|算钱|卖)|收费(?:标准|吗|多少|贵)|要不要钱|要钱吗|免费吗",
    r"(?:价格|价位|报价|价钱|单价|费用|学费|年费|月费|会费|咨询费)(?:是|多少|怎么|表|呢|大概|高|贵|如何|方面|$)|报(?:个|一下)价",
    r"贵不贵|贵吗|太贵|便宜(?:点|一点|些)|性价比|划算",
    r"(?:有没有|有什么|有啥|有|什么时候有|还有)(?:什么|啥)?(?:新人|学生|会员|老客户|节日)?"
    r"(?:优惠|折扣|打折|促销|满减|团购|学生价|套餐|试听|试用|体验课|体验价)|打几折|能打折|可以打折",
    r"(?:想|要|打算|准备|考虑|希望|能|能不能|可以|可不可以)(?:再)?(?:购买|买|订购|订阅|下单|报名|开通|办理?(?:会员|卡|套餐)"
    r"|续费|升级(?:会员|套餐|到)|充值|加购|预订|团购|分期|包年|包月)",
    r"(?:怎么|如何|哪里|在哪|去哪|从哪|怎样)(?:里|儿)?(?:可以|能)?(?:购买|买|订购|订阅|下单|报名|开通|办理?(?:会员|卡|套餐)|续费|充值|预订)",
    r"(?:哪个|哪种|哪款|什么)(?:套餐|会员|课程?|版本?)(?:更|比较|最)?(?:适合|好|划算|合适|值)|(?:支持|可以)分期|起步价|最低价",
)
_ZH_NOT_BUYING = any_of(
    r"退[款钱费货课订掉回还]|退多少|能退|可退|怎么退|想退|赔|罚[款了金]|被罚|罚多少|工资|薪|欠[我了款]|拖欠|骗|借[款了我]|贷款|到账|扣了|扣款|扣费|扣我",
    r"发票|取消|彩礼|遗产|抚养费|赡养费|补偿|违约金|诉讼费|个税|税率|存款|零花钱|花了|付了|交了|充了|买的|买完|已经买|买了|买过|买到",
    r"不(?:想|要|打算|敢|能)(?:再)?(?:买|续费|充值)|别买|买房|买车|买卖合同|房价|股价|物价|油价|代价|评价|价格战|房租|租金|押金|彩票",
    r"(?:优惠|折扣)[券码卷](?:怎么)?(?:用不了|不能用|失效|过期|不见|没了|无效)|会员(?:到期|权益|用不了)|关闭(?:自动)?续费|自动续费|停止续费",
    r"挣多少|赚多少|值多少钱|捐|压岁钱|医保|报销",
)
_EN_BUYING = any_words_of(
    r"how much (?:is|are|does|do|for|would|will|to|it is|you charge|should i pay)",
    r"(?:whats|what is|what are|what does|know|tell me|about|give me|send me|see|have"
    r"|share)(?: \w{1,12}){0,3}"
    r" (?:prices?|pricing|costs?|fees?|rates?|quote|charges?|price list)",
    r"(?:price|pricing|cost|fees?)(?: list| please| per (?:hour|session|month|year))?$|how expensive"
    r"|too expensive|cheaper|affordable",
    r"(?:want|like|love|going|ready|looking|plan|planning|thinking|interested|able|possible|can i|could i"
    r"|may i)"
    r"(?: (?:to|of|in|about|i))? ?(?:buy|buying|purchase|purchasing|order|ordering|subscribe|subscribing"
    r"|sign up|signing up|enrol"
    r"|enroll|enrolling|upgrade|upgrading|pre ?order)",
    r"(?:how|where)(?: (?:do|can|could|would|should|to|i|we|one|you)){1,3} (?:buy|purchase|order|subscribe"
    r"|sign up|enrol|enroll"
    r"|upgrade|pay for)",
    r"(?:any|a|have|offer|is there|are there|get)(?: \w{1,12}){0,2} (?:discounts?|promotions?|promo codes?"
    r"|coupons?|deals?|free trial"
    r"|trial|student price|bundles?|special offers?)",
    r"which (?:plan|package|membership|tier|course|option)(?: \w{1,8}){0,4} (?:best|buy|right|suits?"
    r"|recommend|choose|get|for me)",
    r"(?:payment plans?|instal?lments?|free trial|price match|do you charge|is it free|for free)",
)
_EN_NOT_BUYING = any_words_of(
    r"refund\w{0,3}|return(?:s|ed|ing)?|cancel\w{0,8}|money back|charged|overcharged|invoices?|receipts?"
    r"|bought|purchased|ordered"
    r"|(?:already|have|just|i|we) paid|sold|salary|wages?|fined?|fines|penalty|tax(?:es)?|compensation"
    r"|damages|rent|mortgage|loan"
    r"|house prices?|stock|broken|arrived?|doesnt work|not working|cost of living|reimburse\w{0,4}"
    r"|insurance cover\w{0,3}|alimony|severance",
    r"how much (?:time|sleep|water|weight|exercise|longer|protein|notice|is too much|does he|does she"
    r"|do i owe|do they owe)",
    r"buy (?:time|a house|a car|a home)|price to pay|in order to|expired?|isnt valid|not valid|wont apply"
    r"|earn|donate",
)


def asks_to_buy(close: str, spaced: str) -> bool:
    """Whether a question is one before a purchase; `close` is its `squeezed` form, `spaced` its `words`."""
    if _ZH_BUYING.search(close):
        return not _ZH_NOT_BUYING.search(close)
    return bool(_EN_BUYING.search(spaced)) and not _EN_NOT_BUYING.search(spaced)
