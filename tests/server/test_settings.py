"""Settings: complete, strict, and clear about what is wrong with them."""

import json
from pathlib import Path

import pytest
import yaml

from server.settings import Settings, SettingsError, load_settings

CONFIG_FILE = Path(__file__).parents[2] / "config.yaml"


def refused(tmp_path: Path, text: str = "", **environ: str) -> list[str]:
    config_file = tmp_path / "config.yaml"
    config_file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(config_file, environ, {})
    return caught.value.lines


def test_config_yaml_documents_every_key_with_its_default() -> None:
    written = yaml.safe_load(CONFIG_FILE.read_text(encoding="utf-8"))
    assert load_settings(CONFIG_FILE, {}, {}) == Settings()
    for section, model in Settings():
        assert set(written[section]) == set(type(model).model_fields), section
    assert set(written) == set(Settings.model_fields)


def test_every_key_has_an_environment_variable() -> None:
    for section, model in Settings():
        for key, value in json.loads(model.model_dump_json()).items():
            text = value if isinstance(value, str) else json.dumps(value)
            if text.strip("*") or not text:  # a masked secret is all stars
                settings = load_settings(None, {f"WENJIN_{section}__{key}".upper(): text}, {})
                assert settings == Settings()


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(tmp_path: Path) -> None:
    config_file = tmp_path / "config.yaml"
    config_file.write_text("server: {port: 1, host: file}\nrouting: {offer_seconds: 7}\n")
    settings = load_settings(
        config_file, {"WENJIN_SERVER__PORT": "2", "WENJIN_SERVER__HOST": "env"}, {"server.port": 3}
    )
    assert (settings.server.port, settings.server.host, settings.routing.offer_seconds) == (3, "env", 7)


def test_a_list_of_text_may_be_written_with_commas_or_as_json() -> None:
    expected = ("https://a.example", "http://b.example:81")
    for text in ("https://a.example, http://b.example:81", '["https://a.example","http://b.example:81"]'):
        settings = load_settings(None, {"WENJIN_SERVER__ALLOWED_ORIGINS": text}, {})
        assert settings.server.allowed_origins == expected


def test_a_misspelt_key_is_refused_with_its_line_and_the_nearest_right_one(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, "server:\n  host: 127.0.0.1\n  prot: 80\n")
    assert line.startswith(f"{tmp_path}/config.yaml line 3: ")
    assert line.endswith("there is no setting `server.prot`; did you mean server.port?")


def test_a_misspelt_section_is_refused_too(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, "\nroutin: {acceptance: offer}\n")
    assert "line 2" in line
    assert "did you mean routing?" in line


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("WENJIN_ROUTING__OFER_SECONDS", "WENJIN_ROUTING__OFFER_SECONDS"),
        ("WENJIN_SERVER_PORT", "WENJIN_SERVER__PORT"),
    ],
)
def test_a_misspelt_variable_is_refused_by_its_name(tmp_path: Path, variable: str, meant: str) -> None:
    (line,) = refused(tmp_path, **{variable: "5"})
    assert line.startswith(f"environment variable {variable}: ")
    assert f"did you mean {meant}?" in line


def test_variables_of_others_are_left_alone() -> None:
    others = {"WENJIN_DATA_DIR": "/somewhere", "WENJIN_SERVER_PORT": "tcp://10.0.0.1:80", "PATH": "/bin"}
    assert load_settings(None, others, {}) == Settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("server: {port: '8080'}", "`server.port`"),
        ("server: {port: 70000}", "less than or equal to 65535"),
        ("server: {port: 1, port: 2}", "`server.port` stands twice"),
        ("server: 5", "`server`"),
        ("server: [", "not valid YAML"),
        ("just words", "must hold sections"),
        ("server: {allowed_origins: [www.example.org/]}", "is not an origin"),
        ("server: {trusted_proxies: [proxy]}", "is not an address or a network"),
        ("site: {timezone: Asia/Peking}", "there is no time zone 'Asia/Peking'"),
        ("site: {identity_keys: {shop: [{id: a, secret: short}]}}", "at least 32"),
        ("storage: {mongo_url: localhost}", "begins with mongodb://"),
        ("redis: {url: localhost}", "begins with redis://"),
        ("security: {token_secret: short}", "at least 32 characters"),
        ("bot: {emergency_numbers: {zh: {medical: 120}}}", "must be text: put it in quotes"),
        ("routing: {acceptance: manual}", "'auto' or 'offer'"),
        ("routing: {exploration: 1.5}", "less than or equal to 1"),
        ("sessions: {idle_end_seconds: 60}", "must be greater than idle_warning_seconds (600)"),
        ("hours: {monday: [9-18]}", 'write it as "09:00-18:30"'),
        ("hours: {monday: ['22:00-06:00']}", "a night is two spans"),
        ("hours: {monday: ['09:00-12:00', '11:00-18:00']}", "spans overlap"),
        ("hours: {holidays: [soon]}", "`hours.holidays.0`"),
    ],
)
def test_a_value_of_no_use_is_refused_in_plain_words(tmp_path: Path, text: str, words: str) -> None:
    lines = refused(tmp_path, text)
    assert any(words in line for line in lines), lines


def test_all_findings_are_told_at_once(tmp_path: Path) -> None:
    assert len(refused(tmp_path, "server: {prot: 1}\nbot: {enabled: maybe}\nhours: {monday: [x]}\n")) == 3


def test_a_refused_secret_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    assert "pa55" not in "".join(
        refused(tmp_path, "security: {token_secret: pa55}\nmetrics: {token: [pa55]}\n")
    )


def test_printed_settings_tell_no_secret() -> None:
    secret = "0123456789abcdef0123456789abcdef"
    settings = load_settings(
        None,
        {
            "WENJIN_SECURITY__TOKEN_SECRET": secret,
            "WENJIN_METRICS__TOKEN": secret,
            "WENJIN_STORAGE__MONGO_URL": f"mongodb://u:{secret}@db",
            "WENJIN_REDIS__URL": f"redis://:{secret}@cache",
            "WENJIN_SITE__IDENTITY_KEYS": json.dumps({"shop": [{"id": "a", "secret": secret}]}),
        },
        {},
    )
    assert secret not in repr(settings)
    assert settings.security.token_secret.get_secret_value() == secret


def test_hours_are_given_in_minutes_from_monday_on(tmp_path: Path) -> None:
    config_file = tmp_path / "config.yaml"
    config_file.write_text("hours: {monday: ['13:00-18:30', '09:00-12:00'], sunday: []}\n")
    week = load_settings(config_file, {}, {}).hours.week_minutes()
    assert week[0] == ((540, 720), (780, 1110))
    assert week[1] == ((0, 1440),)
    assert week[6] == ()


REQUIREMENTS = """
routing:
  requirements:
    - {topics: [合同], needs_skills: [合同法, contract law], relax_after_seconds: 60}
    - {languages: [en], needs_language: en}
"""


def test_requirements_are_read(tmp_path: Path) -> None:
    config_file = tmp_path / "config.yaml"
    config_file.write_text(REQUIREMENTS, encoding="utf-8")
    law, english = load_settings(config_file, {}, {}).routing.requirements
    assert (law.needs_skills, law.relax_after_seconds) == (("合同法", "contract law"), 60)
    assert (english.languages, english.needs_language, english.relax_after_seconds) == (("en",), "en", None)
    variable = json.dumps([{"needs_consultants": ["c_1"], "least_priority": 2}])
    (danger,) = load_settings(None, {"WENJIN_ROUTING__REQUIREMENTS": variable}, {}).routing.requirements
    assert (danger.needs_consultants, danger.least_priority) == (("c_1",), 2)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("{topics: [合同]}", "needs at least one of needs_skills, needs_language and needs_consultants"),
        ("{topic: [合同], needs_language: en}", "did you mean routing.requirements.2.topics?"),
        ("{needs_skills: [], relax_after_seconds: 60}", "needs at least one of"),
        ("{needs_language: en, relax_after_seconds: 0}", "greater than or equal to 1"),
        ("{needs_language: ' '}", "string should match"),
        ("{needs_language: en, least_priority: 3}", "less than or equal to 2"),
    ],
)
def test_a_wrong_requirement_is_refused_with_its_line(tmp_path: Path, wrong: str, complaint: str) -> None:
    (line,) = refused(tmp_path, f"{REQUIREMENTS}    - {wrong}\n")
    assert "config.yaml line 6: " in line
    assert "`routing.requirements.2" in line
    assert complaint in line
