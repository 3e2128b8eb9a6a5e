"""Personal data is found however it is written, and nothing else is touched."""

import itertools
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import Language
from chatbot.masking import LONGEST_MASKED, PLACEHOLDERS, find_personal, masked
from chatbot.number_checks import passes_card_check, passes_id_check

FULL_WIDTH = str.maketrans(string.digits + "-@.X", "０１２３４５６７８９－＠．Ｘ")
GAPS = st.sampled_from(["", " ", "-", "·", "\u3000", "\u200b", " - ", "."])
DIGIT = st.sampled_from(string.digits)


def id_number(body: str) -> str:
    return next(body + check for check in "0123456789X" if passes_id_check(body + check))


def card_number(body: str) -> str:
    return next(body + check for check in string.digits if passes_card_check(body + check))


mobiles = st.builds(
    "1{}{}".format, st.sampled_from("3456789"), st.text(string.digits, min_size=9, max_size=9)
)
ids = st.builds(
    lambda region, year, month, day, order: id_number(f"{region}{year}{month:02}{day:02}{order:03}"),
    st.integers(110000, 659999),
    st.integers(1930, 2020),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 999),
)
cards = st.builds(lambda body: card_number("62" + body), st.text(string.digits, min_size=13, max_size=16))


@st.composite
def written(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> str:
    """A number as people write it: with gaps anywhere, in half or full width."""
    number = draw(numbers)
    gap = draw(GAPS)
    size = draw(st.integers(2, 6))
    spaced = gap.join(number[at : at + size] for at in range(0, len(number), size))
    return spaced.translate(FULL_WIDTH) if draw(st.booleans()) else spaced


@given(number=written(mobiles), before=st.sampled_from(["我的号码是", "打给我 ", "call me: ", ""]))
def test_a_mobile_number_is_masked_however_it_is_written(number: str, before: str) -> None:
    assert masked(f"{before}{number}，谢谢", language="zh") == f"{before}[电话]，谢谢"
    assert masked(f"{before}{number}, thanks", language="en") == f"{before}[phone], thanks"


@given(number=written(ids))
def test_an_identity_number_is_masked_however_it_is_written(number: str) -> None:
    assert masked(f"身份证{number}。", language="zh") == "身份证[证件号]。"


@given(number=written(cards))
def test_a_bank_card_is_masked_however_it_is_written(number: str) -> None:
    text = masked(f"卡号：{number}；", language="zh")
    # By chance a card of 18 places may pass for an identity number; it is hidden all the same.
    assert text in {"卡号：[银行卡号]；", "卡号：[证件号]；"}


@given(text=st.text(max_size=400), language=st.sampled_from(["zh", "en"]))
def test_masking_twice_changes_nothing_more(text: str, language: Language) -> None:
    once = masked(text, language=language)
    assert masked(once, language=language) == once


@given(
    text=st.text(
        alphabet=st.characters(categories=["L", "M", "S", "Zs", "Po"], exclude_characters="@＠﹫"),
        max_size=200,
    )
)
def test_text_without_digits_or_signs_of_an_account_stays(text: str) -> None:
    if not any(
        mark in text.casefold() for mark in ("信", "wx", "vx", "wechat", "加", "号", "栋", "楼", "室")
    ):
        assert masked(text, language="zh") == text[:LONGEST_MASKED]


@given(parts=st.lists(st.one_of(written(mobiles), written(ids), st.text(max_size=20)), max_size=6))
def test_spans_are_in_order_and_apart(parts: list[str]) -> None:
    text = "，".join(parts)
    spans = find_personal(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发到 li.ming_88@example.com 吧", "发到 [邮箱] 吧"),
        ("发到ｌｉｍｉｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ吧", "发到[邮箱]吧"),
        ("liming @ example . com", "[邮箱]"),
        ("加我微信 abc_123456，谢谢", "加我微信 [微信号]，谢谢"),
        ("微信号：liming", "微信号：[微信号]"),
        ("vx：wo520ni", "vx：[微信号]"),
        ("我的qq是 12345678", "我的qq是 [QQ号]"),
        ("ＱＱ：１２３４５６", "ＱＱ：[QQ号]"),
        ("座机010-62345678", "座机[电话]"),
        ("电话：6234 5678", "电话：[电话]"),
        ("打+86 138-0013-8000", "打[电话]"),
        ("一三八零零一三八零零零", "[电话]"),
        ("我住在北京市朝阳区建国路88号3栋502室，周末在家", "我住在[地址]，周末在家"),
        ("寄到浙江省杭州市西湖区文三路 478 号华星时代广场5楼", "寄到[地址]"),
        ("地址：阳光小区3栋2单元501", "地址：[地址]"),
        ("订单号202311250000123456怎么查", "订单号[号码]怎么查"),
        ("13800138000和13900139000都行", "[电话]和[电话]都行"),
    ],
)
def test_chinese_ways_of_giving_oneself_away(text: str, expected: str) -> None:
    assert masked(text, language="zh") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail me: jane.doe+work@mail.example.co.uk!", "mail me: [e-mail]!"),
        ("it is jane at example dot com", "it is [e-mail]"),
        ("jane(at)example(dot)com", "[e-mail]"),
        ("call (212) 555-0123 after six", "call [phone] after six"),
        ("call 212.555.0123", "call [phone]"),
        ("my number is +44 20 7946 0958.", "my number is [phone]."),
        ("card 4111 1111 1111 1111 exp 12/29", "card [card number] exp 12/29"),
        ("SSN 123-45-6789", "SSN [id number]"),
        ("my WeChat id: jane_doe88", "my WeChat id: [WeChat id]"),
        ("I live at 221b Baker Street, London.", "I live at [address]."),
        ("1600 Pennsylvania Avenue NW", "[address] NW"),
    ],
)
def test_english_ways_of_giving_oneself_away(text: str, expected: str) -> None:
    assert masked(text, language="en") == expected


@pytest.mark.parametrize(
    "text",
    [
        "退款 3 到 5 个工作日到账，最高 50000 元",
        "请拨打 400-800-1234 或 120、12356",
        "2023-11-25 12:30 开始，2024年3月5日结束",
        "微信支付和支付宝都可以，微信公众号里也能办",
        "第12条第3款，地铁3号线，路上12分钟",
        "wechat payments are accepted",
        "we are open 9 to 18, 7 days a week; it is 5 minutes down the road",
        "version 3.11.4, about 1,234,567.89",
        "look at example.com for prices",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert masked(text, language="zh") == text


def test_names_that_are_known_are_masked() -> None:
    assert masked("王小明说他叫王小明", language="zh", names=["王小明", "小", ""]) == "[姓名]说他叫[姓名]"


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "a@", "@", "a.", "路1", "1号", "村一", "wx ", "微信号", "+(", "1a ", "12 Aa "]
)
def test_hostile_text_is_cut_and_done_with(unit: str) -> None:
    text = unit * (2 * LONGEST_MASKED // len(unit))
    assert len(find_personal(text)) <= LONGEST_MASKED
    assert masked(text, language="en") == masked(text[:LONGEST_MASKED], language="en")


def test_every_kind_has_a_placeholder_in_both_languages() -> None:
    assert PLACEHOLDERS["zh"].keys() == PLACEHOLDERS["en"].keys()
    assert not any(find_personal(one) for words in PLACEHOLDERS.values() for one in words.values())
