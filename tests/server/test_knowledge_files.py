"""Knowledge in files: every form gives back what was written into it, and names the lines that are wrong."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Refusal
from server.domain.ids import AccountId, EntryId, new_id
from server.domain.knowledge import ChangeKind, EntryChange, EntryStatus, KnowledgeEntry
from server.domain.knowledge_rules import EntryFields, clean_entry, fields_of
from server.domain.people import Person, Role
from server.domain.times import utc_now
from server.use_cases.edit_knowledge import written_entry
from server.use_cases.knowledge_files import (
    WRITERS,
    KnowledgeFormat,
    format_of,
    format_of_name,
    read_lines,
    write_csv,
)
from server.use_cases.plan_import import Plan, Planner

EDITOR = Person(id=AccountId("a_1"), role=Role.ADMIN, name="editor")
IMPORTED = EntryChange(kind=ChangeKind.IMPORTED, editor_name="editor")
FORMATS: tuple[KnowledgeFormat, ...] = ("jsonl", "csv", "md")
CELLS = ("=1", "'=1", "''=1", "'plain", "-", "＝x", "a=b", "+\n-", '"', "a,b", "行一\n行二")
MARKDOWN = (
    "# a",
    "\\# a",
    "## b",
    "\\\\## b",
    "###",
    "- id: x",
    "\\- tag: y",
    "* status:",
    "x\n# y\n\n- tag: z",
)

words = st.text(max_size=30) | st.sampled_from(
    [*CELLS, *MARKDOWN, "|", "a|b", "`", "```\n# x", "\u2028", "\x85"]
)


@st.composite
def entries(draw: st.DrawFn) -> KnowledgeEntry:
    """Whatever an editor could have stored."""
    given_fields = EntryFields(
        question=draw(words),
        answer=draw(words),
        alternatives=tuple(draw(st.lists(words, max_size=3))),
        category=draw(words),
        language=draw(st.sampled_from(["zh", "en"])),
        tags=tuple(draw(st.lists(words, max_size=3))),
        status=draw(st.sampled_from(list(EntryStatus))),
    )
    try:
        fields = clean_entry(given_fields)
    except Refusal:
        fields = EntryFields(question="q", answer="a")
    return written(fields)


def written(fields: EntryFields, entry_id: str = "") -> KnowledgeEntry:
    identifier = EntryId(entry_id or new_id("k"))
    return written_entry(fields, identifier, EDITOR, version=1, clock=utc_now, change=IMPORTED)


def planned(text: str, file_format: KnowledgeFormat, stored: Sequence[KnowledgeEntry] = ()) -> Plan:
    planner = Planner(editor=EDITOR, change=IMPORTED, clock=utc_now)
    return planner(read_lines(text, file_format), stored)


@pytest.mark.parametrize("file_format", FORMATS)
@given(several=st.lists(entries(), min_size=1, max_size=4))
def test_every_form_gives_back_what_was_written_into_it(
    several: list[KnowledgeEntry], file_format: KnowledgeFormat
) -> None:
    text = WRITERS[file_format](several)
    assert format_of(text) == file_format
    anew = planned(text, file_format)
    assert anew.problems == []
    assert {one.id: fields_of(one) for one in anew.new} == {one.id: fields_of(one) for one in several}
    again = planned(text, file_format, several)
    assert (again.new, again.changed, again.unchanged) == ([], [], len(several))


@given(text=st.text(max_size=300) | st.lists(words, max_size=12).map("\n".join))
@pytest.mark.parametrize("file_format", FORMATS)
def test_any_text_is_read_or_its_wrong_lines_are_named(text: str, file_format: KnowledgeFormat) -> None:
    plan = planned(text, file_format)
    last = text.count("\n") + text.count("\r") + 1
    assert all(1 <= line <= last for line, _ in plan.problems)
    assert all(error["code"] and error["message"] for error in plan.errors)


@pytest.mark.parametrize("items", [["a"], ["a", "b"], ["a|b"], ["a|b", "c"], ["=1", "-2"], []])
def test_every_list_survives_csv(items: list[str]) -> None:
    entry = written(EntryFields(question="q", answer="a", alternatives=tuple(items), tags=tuple(items)))
    fields = next(iter(read_lines(write_csv([entry]), "csv"))).fields
    assert fields.get("alternatives", []) == items
    assert fields.get("tags", []) == items


def test_lists_in_a_sheet_may_be_written_by_hand() -> None:
    line = next(iter(read_lines("question,answer,tags\nq,a,退款 | 钱|\n", "csv")))
    assert line.fields["tags"] == ["退款", "钱"]


def test_markdown_is_read_as_people_write_it() -> None:
    text = (
        "# 退款\n\n## 如何退款？\n\n- ID: refund\n- Alternative:  怎么退钱 \n* tag: 钱\n- language: zh\n\n"
        "七天内可以退款。\n\n- 先申请\n- 再寄回\n\n### 注意\n\n\\# 号码不是标题\n\n"
        "#\r\n## Opening hours\r\n- language: en\r\nNine to five.\r\n"
    )
    plan = planned(text, format_of(text))
    assert plan.problems == []
    refund, hours = plan.new
    assert (refund.id, refund.category, refund.alternatives, refund.tags) == (
        "refund",
        "退款",
        ["怎么退钱"],
        ["钱"],
    )
    assert refund.answer == "七天内可以退款。\n\n- 先申请\n- 再寄回\n\n### 注意\n\n# 号码不是标题"
    assert (hours.question, hours.answer, hours.category, hours.language) == (
        "Opening hours",
        "Nine to five.",
        "",
        "en",
    )


@pytest.mark.parametrize(
    ("file_format", "text", "wrong"),
    [
        ("md", "Some text\n## q\na\n", [(1, "text_before_question")]),
        ("md", "# c\n\n### q\na\n", [(3, "text_before_question")]),
        ("md", "## q\n\n## r\na\n##\nb\n", [(1, "missing"), (5, "missing")]),
        ("md", "## q\n- status: gone\na\n## r\n- id: a b\na\n", [(1, "bad_status"), (4, "bad_id")]),
        ("md", "## q\n- language: en\n- language: zh\na\n", [(1, "property_doubled")]),
        ("md", "## q\n- id: x\na\n## r\n- id: x\nb\n", [(4, "same_entry")]),
        ("csv", "frage,antwort\na,b\n", [(1, "columns_missing")]),
        ("csv", "question,answer,answer\na,b,c\n", [(1, "columns_doubled")]),
        (
            "csv",
            'question,answer\nfirst,"one\ntwo"\n,missing\nok,ok\na,b,c\n',
            [(4, "missing"), (6, "too_many_cells")],
        ),
        ("csv", 'question,answer\nq,"a" b\n', [(2, "not_csv")]),
        (
            "jsonl",
            '{"question": 1, "answer": "a"}\n{"question": "q", "answer": "a", "tags": "t"}',
            [(1, "not_text"), (2, "not_list")],
        ),
        ("jsonl", '{"question": "q", "answer": "a", "language": "fr"}', [(1, "bad_language")]),
        ("jsonl", '{"question": "q", "answer": " \\u0000"}', [(1, "missing")]),
    ],
)
def test_wrong_lines_are_named_with_stable_codes(
    file_format: KnowledgeFormat, text: str, wrong: list[tuple[int, str]]
) -> None:
    assert [(line, problem.code) for line, problem in planned(text, file_format).problems] == wrong


def test_a_text_that_is_too_long_is_told_with_its_limit() -> None:
    (error,) = planned(f'{{"question": "{"x" * 501}", "answer": "a"}}', "jsonl").errors
    assert (error["code"], error["field"], error["most"]) == ("too_long", "question", 500)


def test_of_two_entries_with_one_question_the_file_means_the_one_in_use() -> None:
    used = written(EntryFields(question="q", answer="old"), "used")
    archived = written(EntryFields(question="q", answer="older", status=EntryStatus.ARCHIVED), "archived")
    for stored in ([used, archived], [archived, used]):
        plan = planned('{"question": "q", "answer": "new", "language": "zh"}', "jsonl", stored)
        assert [one.after.id for one in plan.changed] == ["used"]


def test_the_extension_names_the_form() -> None:
    names = ("a.CSV", "a.jsonl", "a.ndjson", "a.md", "b.a.markdown", "a.txt", "-")
    assert [format_of_name(name) for name in names] == ["csv", "jsonl", "jsonl", "md", "md", None, None]
