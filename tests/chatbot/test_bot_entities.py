"""What messages name exactly is found where it stands, in one form, however it was typed."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.entities import MOST_ENTITIES, find_entities
from chatbot.normalisation import EXAMINED_CHARACTERS
from chatbot.numerals import number_of

WEDNESDAY = date(2024, 5, 15)


def found(text: str, today: date = WEDNESDAY) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in find_entities(text, today=today)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("我的手机是13812345678", "+8613812345678"),
        ("手机１３８ １２３４ ５６７８，谢谢", "+8613812345678"),
        ("138-1234-5678", "+8613812345678"),
        ("打 +86 138 1234 5678 给我", "+8613812345678"),
        ("1 3 8 1 2 3 4 5 6 7 8", "+8613812345678"),
        ("座机010-62345678", "+861062345678"),
        ("(021) 6234 5678", "+862162345678"),
        ("0755-26001234转802", "+8675526001234-802"),
        ("客服热线400-123-4567", "4001234567"),
        ("my number is +44 20 7946 0958", "+442079460958"),
        ("call +1 (415) 555-2671", "+14155552671"),
        ("call me at (415) 555-2671 please", "+14155552671"),
        ("0085261234567", "+85261234567"),
    ],
)
def test_a_telephone_number_is_found(text: str, value: str) -> None:
    assert found(text) == [("phone", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("邮箱 Li.Lei@Example.COM 收不到", "li.lei@example.com"),
        ("write to a_b+c@mail.example.co.uk.", "a_b+c@mail.example.co.uk"),
        ("ｌｉ＠ｅｘａｍｐｌｅ．ｃｏｍ", "li@example.com"),
        ("li @ example.com", "li@example.com"),
    ],
)
def test_an_address_is_found(text: str, value: str) -> None:
    assert found(text) == [("email", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("订单号：WJ-2024 050123 还没到", "WJ2024050123"),
        ("订单 8 8 6 6 5 5 4 4 查一下", "88665544"),
        ("单号sf1234567890123", "SF1234567890123"),
        ("Order #A10023345 never arrived", "A10023345"),
        ("my order number is 7782-3391", "77823391"),
        ("booking reference: BK99231", "BK99231"),
        ("WJ202405150001这个怎么退", "WJ202405150001"),
        ("order number 123456 200块", "123456"),
    ],
)
def test_an_order_number_is_found(text: str, value: str) -> None:
    assert ("order_number", value) in found(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024年5月3日下的单", "2024-05-03"),
        ("二〇二四年五月三号", "2024-05-03"),
        ("２０２４／５／３", "2024-05-03"),
        ("on 2024-05-03 I paid", "2024-05-03"),
        ("5月3日", "2024-05-03"),
        ("十二月二十三号那天", "2023-12-23"),
        ("昨天付的款", "2024-05-14"),
        ("前天晚上", "2024-05-13"),
        ("大后天可以吗", "2024-05-18"),
        ("上周三", "2024-05-08"),
        ("上上周五买的", "2024-05-03"),
        ("下个星期天", "2024-05-26"),
        ("这周五", "2024-05-17"),
        ("三天前", "2024-05-12"),
        ("两周后", "2024-05-29"),
        ("上个月3号", "2024-04-03"),
        ("yesterday", "2024-05-14"),
        ("the day after tomorrow", "2024-05-17"),
        ("next Monday", "2024-05-20"),
        ("last Fri", "2024-05-10"),
        ("last Wednesday", "2024-05-08"),
        ("this Thursday", "2024-05-16"),
        ("three days ago", "2024-05-12"),
        ("in 2 weeks", "2024-05-29"),
        ("May 3rd, 2023", "2023-05-03"),
        ("3 May", "2024-05-03"),
        ("the 3rd of December", "2023-12-03"),
        ("25/12/2023", "2023-12-25"),
        ("12/25/2023", "2023-12-25"),
        ("03/04/2024", "03/04/2024"),
    ],
)
def test_a_day_is_found(text: str, value: str) -> None:
    assert found(text) == [("date", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("付了¥1,299.50", "CNY 1299.5"),
        ("￥３００", "CNY 300"),
        ("扣了我300元", "CNY 300"),
        ("三百块钱", "CNY 300"),
        ("三百二十五块", "CNY 325"),
        ("一共1.5万元", "CNY 15000"),
        ("两万五，能退吗", "CNY 25000"),
        ("亏了3万", "CNY 30000"),
        ("一百零五元", "CNY 105"),
        ("3块5", "CNY 3.5"),
        ("一块钱", "CNY 1"),
        ("充了 1 2 0 元", "CNY 120"),
        ("$20 please", "USD 20"),
        ("US$1,250.00", "USD 1250"),
        ("20 dollars", "USD 20"),
        ("USD 99", "USD 99"),
        ("100美金", "USD 100"),
        ("€45", "EUR 45"),
        ("50 yuan", "CNY 50"),
        ("$20k", "USD 20000"),
    ],
)
def test_an_amount_is_found(text: str, value: str) -> None:
    assert found(text) == [("amount", value)]


@pytest.mark.parametrize(
    "text",
    [
        "一块去吃饭吗",
        "3块蛋糕",
        "二元一次方程怎么解",
        "5元素",
        "两万人报名",
        "周一到周五几点上班",
        "每周三都有课吗",
        "第三天后",
        "2月30日",
        "13月5日",
        "you may 3 times retry",
        "order 66 pizzas",
        "订单3天了还没到",
        "版本 1.2.3.4",
        "10:30-11:30",
        "24小时服务",
        "身份证 11010519491231002X",
        "卡号 4539 5787 6362 1486",
        "卡号4539578763621486",
        "I lost 20 pounds.",
        "in one of the courses",
        "@someone hello",
        "1+1=2",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_several_are_told_in_the_order_of_the_text() -> None:
    text = "昨天用13812345678下的订单WJ20240514001，付了200元，发票寄到a@b.com"
    assert [kind for kind, _ in found(text)] == ["date", "phone", "order_number", "amount", "email"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("十五", 15),
        ("三百二", 320),
        ("三百零二", 302),
        ("一万二", 12_000),
        ("两千", 2_000),
        ("二〇二四", 2024),
    ],
)
def test_chinese_numerals_are_read(text: str, number: int) -> None:
    assert number_of(text) == number


@given(number=st.integers(min_value=10, max_value=99_999_999))
def test_every_number_is_read_back_from_chinese(number: int) -> None:
    assert number_of(in_chinese(number)) == number


@given(text=st.text(max_size=400))
def test_spans_fit_any_text(text: str) -> None:
    end = 0
    for one in find_entities(text, today=WEDNESDAY):
        assert one.start >= end
        assert one.text == text[one.start : one.end]
        assert one.text
        assert one.value
        end = one.end


ALPHABET = "0123456789０１＋+-－ 　()@.:：/年月日号周上下个一二三十百千万块元¥$a订单orderk转"


@settings(max_examples=300)
@given(text=st.text(alphabet=ALPHABET, max_size=200))
def test_spans_fit_text_made_of_the_parts_of_entities(text: str) -> None:
    for one in find_entities(text, today=WEDNESDAY):
        assert one.text == text[one.start : one.end]


@given(
    digits=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    gap=st.sampled_from(["", " ", "-", "\u3000", "－"]),
    is_wide=st.booleans(),
    before=st.sampled_from(["", "我的手机 ", "电话：", "tel: ", "，"]),
)
def test_every_mobile_number_is_found_in_every_form(
    digits: str, gap: str, is_wide: bool, before: str
) -> None:
    typed = gap.join((digits[:3], digits[3:7], digits[7:]))
    if is_wide:
        typed = typed.translate({ord(str(one)): 0xFF10 + one for one in range(10)})
    text = f"{before}{typed}，谢谢"
    assert [(one.kind, one.value, one.text) for one in find_entities(text, today=WEDNESDAY)] == [
        ("phone", f"+86{digits}", typed)
    ]


@given(today=st.dates(date(1990, 1, 1), date(2090, 1, 1)), days=st.integers(min_value=-150, max_value=150))
def test_a_day_without_a_year_is_the_nearest_one(today: date, days: int) -> None:
    day = today + timedelta(days=days)
    if (day.month, day.day) != (2, 29):
        assert found(f"{day.month}月{day.day}日", today) == [("date", day.isoformat())]


@given(today=st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_weekdays_of_last_and_next_week_are_in_those_weeks(today: date) -> None:
    for word, weeks in (("上周", -1), ("下周", 1)):
        for at, name in enumerate("一二三四五六日"):
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
            assert found(word + name, today) == [("date", (monday + timedelta(days=at)).isoformat())]


@pytest.mark.timeout(20)  # a pattern that backtracks would take for ever
@pytest.mark.parametrize(
    "part", ["1", "1 ", "订单", "order 1 ", "一", "上", "$", "a.", "a@", "1,234", "+1 ", "(1", "1-", "5月"]
)
def test_hostile_repetition_costs_no_time(part: str) -> None:
    repeated = part * (1_000_000 // len(part))
    assert all(one.end <= EXAMINED_CHARACTERS for one in find_entities(repeated, today=WEDNESDAY))


def test_there_is_a_limit_to_how_many_are_told() -> None:
    assert len(find_entities("¥1 " * 4_000, today=WEDNESDAY)) == MOST_ENTITIES


def in_chinese(number: int) -> str:
    """The full form, up to 99,999,999."""
    if number >= 10_000:
        rest = number % 10_000
        tail = ("零" if rest < 1_000 else "") + in_chinese(rest) if rest else ""
        return f"{in_chinese(number // 10_000)}万{tail}"
    text, gap = "", False
    for unit, name in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + name
        gap = digit == 0
    return text
