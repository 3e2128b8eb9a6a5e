"""The command line as a person or a script meets it: output, exit codes, and files that survive."""

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"


def wenjin(
    *arguments: str, folder: Path, stdin: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "COLUMNS": "200", **environ},
    )


def test_no_other_distribution_provides_our_packages() -> None:
    provided = importlib.metadata.packages_distributions()
    for package in ("server", "matching", "chatbot"):
        assert set(provided.get(package, ())) <= {"wenjin"}


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = wenjin("--help", folder=tmp_path)
    assert shown.returncode == 0
    named = (
        "demo",
        "serve",
        "create-user",
        "faq",
        "consultants",
        "check-config",
        "evaluate",
        "policy",
        "replay",
        "simulate",
    )
    for command in named:
        assert command in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("create-user", "alice"),
        ("create-user", "alice", "--role", "king"),
        ("serve", "--port", "99999"),
        ("serve", "--workers", "0"),
        ("faq", "import", "no-such-file.csv"),
        ("evaluate", "bot"),
    ],
)
def test_wrong_usage_is_explained_and_ends_with_two(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = wenjin(*arguments, folder=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_bad_setting_is_one_readable_line(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("server:\n  prot: 80\n", encoding="utf-8")
    ended = wenjin("serve", folder=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "error: bad_settings: config.yaml line 2: "
        "there is no setting `server.prot`; did you mean server.port?"
    )


def test_check_config_shows_what_a_start_would_use_but_no_secret(tmp_path: Path) -> None:
    shown = wenjin(
        "check-config", folder=tmp_path,
        WENJIN_SERVER__PORT="8123",
        WENJIN_STORAGE__MONGO_URL="mongodb://me:hidden-one@db/",
        WENJIN_SECURITY__TOKEN_SECRET="hidden-two-hidden-two-hidden-two-",
    )  # fmt: skip
    assert shown.returncode == 0
    assert "server.port: 8123" in shown.stdout
    assert "mongodb://me:***@db/" in shown.stdout
    assert "hidden" not in shown.stdout + shown.stderr


def test_accounts_are_made_once_and_passwords_have_rules(tmp_path: Path) -> None:
    create = ("create-user", "--role", "consultant", "小林", "--password-stdin", "--data-dir", "kept")
    assert wenjin(*create, folder=tmp_path, stdin=f"{PASSWORD}\n").returncode == 0
    again = wenjin(*create, folder=tmp_path, stdin=f"{PASSWORD}\n")
    assert (again.returncode, again.stderr.strip()) == (1, "error: conflict: the username is taken")
    short = wenjin(
        "create-user", "--role", "user", "bo", "--password-stdin", folder=tmp_path, stdin="short\n"
    )
    assert short.returncode == 1
    assert short.stderr.startswith("error: bad_request: the password needs at least")


def test_knowledge_goes_out_and_in_again_unchanged(tmp_path: Path) -> None:
    entries = [
        {
            "id": "a",
            "question": "怎么退款？",
            "answer": "在订单里。",
            "alternatives": ["退钱"],
            "language": "zh",
        },
        {"id": "b", "question": "Opening hours?", "answer": "=9 to 6", "language": "en"},
    ]
    (tmp_path / "faq.jsonl").write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    brought_in = wenjin("faq", "import", "faq.jsonl", folder=tmp_path)
    assert "2 created, 0 updated, 0 unchanged" in brought_in.stderr
    for file in ("out.csv", "out.jsonl"):
        assert wenjin("faq", "export", file, folder=tmp_path).returncode == 0
        assert "0 created, 0 updated, 2 unchanged" in wenjin("faq", "import", file, folder=tmp_path).stderr
    (tmp_path / "wrong.jsonl").write_text('{"question": "x"}\n{broken\n', encoding="utf-8")
    wrong = wenjin("faq", "import", "wrong.jsonl", folder=tmp_path)
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("error: bad_request: nothing was imported: line 1: ")
    assert "line 2: " in wrong.stderr


def test_consultants_are_imported_all_or_none_with_log_ins_for_new_ones(tmp_path: Path) -> None:
    line = {
        "username": "lin",
        "name": "林律师",
        "bio": "劳动法",
        "skills": ["欠薪"],
        "languages": ["zh"],
        "capacity": 3,
    }
    (tmp_path / "good.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text(
        json.dumps(line | {"username": "wang"}) + "\n" + json.dumps(line | {"capacity": 0}) + "\n",
        encoding="utf-8",
    )
    bad = wenjin("consultants", "import", "bad.jsonl", folder=tmp_path)
    assert bad.returncode == 1
    assert "line 2: capacity" in bad.stderr
    good = wenjin("consultants", "import", "good.jsonl", folder=tmp_path)
    username, password = good.stdout.strip().split("\t")
    assert username == "lin"
    assert len(password) >= 12
    assert "1 created" in good.stderr
    assert "1 unchanged" in wenjin("consultants", "import", "good.jsonl", folder=tmp_path).stderr


def test_evaluate_matching_prints_one_json_object_and_a_table_for_people(tmp_path: Path) -> None:
    consultants = [
        {"id": "l", "bio": "处理劳动纠纷和欠薪。", "skills": ["欠薪"], "specialty": "law"},
        {"id": "d", "bio": "儿科医生。", "skills": ["发烧"], "specialty": "health"},
    ]
    requests = [{"text": "公司欠薪", "specialty": "law"}, {"text": "孩子发烧", "specialty": "health"}]
    for name, rows in (("c", consultants), ("r", requests)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    command = ("evaluate", "matching", "--consultants", "c.jsonl", "--requests", "r.jsonl")
    shown = wenjin(*command, "--json", folder=tmp_path)
    assert shown.returncode == 0
    figures = json.loads(shown.stdout)
    assert figures["hit_at_1"] == 1.0
    assert set(figures["latency_ms"]) == {"p50", "p99"}
    assert "hit_at_1" in shown.stderr
    assert wenjin(*command, folder=tmp_path).stdout == ""
    assert not (tmp_path / "data").exists()


def test_evaluate_bot_reads_the_lines_of_its_three_files(tmp_path: Path) -> None:
    knowledge = [
        {"id": "a", "question": "怎么退款？", "answer": "在订单里。"},
        {"id": "b", "question": "怎么开发票？"},
    ]
    queries = [{"query": "怎么退款？", "gold": ["a"]}, {"query": "月亮有多远", "gold": []}]
    for name, rows in (("kb", knowledge), ("q", queries)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    shown = wenjin(
        "evaluate", "bot", "--kb", "kb.jsonl", "--queries", "q.jsonl", "--calibrate", "q.jsonl", "--json",
        folder=tmp_path,
    )  # fmt: skip
    assert shown.returncode == 0
    assert json.loads(shown.stdout)["accuracy_at_1"] == 1.0


def test_evaluate_names_the_file_and_line_of_broken_data(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text("{broken\n", encoding="utf-8")
    ended = wenjin(
        "evaluate", "matching", "--consultants", "c.jsonl", "--requests", "c.jsonl", folder=tmp_path
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: bad_request: c.jsonl, line 1: not JSON")


def test_evaluate_sentiment_prints_one_json_object_and_names_a_bad_line(tmp_path: Path) -> None:
    rows = [
        {"text": "太谢谢了，很满意", "label": "positive"},
        {"text": "太差了，很失望", "label": "negative"},
    ]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    command = ("evaluate", "sentiment", "--data", "d.jsonl", "--json")
    figures = json.loads(wenjin(*command, "--plots", "curves", folder=tmp_path).stdout)
    assert set(figures) == {"accuracy", "macro_f1", "per_class"}
    drawn = sorted(file.name for file in (tmp_path / "curves").iterdir())
    assert drawn == ["reliability.png", "risk_coverage.png"]
    assert set(figures["per_class"]) == {"negative", "positive"}
    (tmp_path / "d.jsonl").write_text('{"text": "x", "label": "angry"}\n', encoding="utf-8")
    ended = wenjin(*command, folder=tmp_path)
    assert ended.returncode == 1
    assert "d.jsonl, line 1:" in ended.stderr
