"""Puts the settings together from file, environment and command line, and words what is wrong with them."""

import difflib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import BaseModel, SecretStr, ValidationError

from server.settings.sections import Settings

PREFIX = "WENJIN_"
_SEPARATOR = "__"
_BOOLEANS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}

KeyPath = tuple[str, ...]


class SettingsError(Exception):
    """The settings cannot be used; `lines` says where and why, one finding a line."""

    code = "bad_settings"

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(slots=True)
class _Draft:
    """What has been gathered so far, and where each value came from."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[KeyPath, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def put(self, section: str, key: str, value: object, origin: str) -> None:
        if not isinstance(self.values.get(section, {}), dict):
            return  # the file holds something else there; validation says so
        self.values.setdefault(section, {})[key] = value
        stale = [path for path in self.origins if path[:2] == (section, key)]
        for path in stale:
            del self.origins[path]
        self.origins[(section, key)] = origin

    def origin_of(self, path: KeyPath) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return "settings"


def load_settings(
    config_file: Path | None, environ: Mapping[str, str], overrides: Mapping[str, object]
) -> Settings:
    """Defaults, overlaid by the file, then by WENJIN_SECTION__KEY variables, then by `overrides`.

    `overrides` has dotted keys such as `server.port`. Raises SettingsError with every finding at once.
    """
    draft = _Draft()
    if config_file is not None:
        _read_file(config_file, draft)
    _read_environment(environ, draft)
    for dotted, value in overrides.items():
        section, _, key = dotted.partition(".")
        draft.put(section, key, value, "command line")
    if draft.findings:
        raise SettingsError(draft.findings)
    try:
        # The JSON door of a strict model takes what YAML has: lists for tuples, text for dates.
        return Settings.model_validate_json(orjson.dumps(draft.values))
    except ValidationError as error:
        raise SettingsError([_worded(dict(finding), draft) for finding in error.errors()]) from None
    except TypeError as error:
        raise SettingsError([f"{config_file}: a value is of no use here: {error}"]) from None


def to_private_json(settings: Settings) -> str:
    """With all secrets in the clear, for `from_private_json` in a process of ours; never for a file."""
    return orjson.dumps(settings.model_dump(), default=SecretStr.get_secret_value).decode()


def from_private_json(text: str) -> Settings:
    return Settings.model_validate_json(text)


def _read_file(config_file: Path, draft: _Draft) -> None:
    try:
        text = config_file.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{config_file}: cannot be read: {error}"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or str(error)
        raise SettingsError([f"{config_file}{line}: not valid YAML: {problem}"]) from error
    if root is None:
        return
    if not isinstance(values, dict):
        raise SettingsError([f"{config_file}: must hold sections such as `server:`"])
    _mark(root, (), config_file, draft)
    for name, section in values.items():
        if section is not None:  # a section whose keys are all commented out
            draft.values[str(name)] = section


def _mark(node: yaml.Node, path: KeyPath, config_file: Path, draft: _Draft) -> None:
    """Note the line of every key, and refuse a key that stands twice (YAML would silently take the last)."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            where = f"{config_file} line {key_node.start_mark.line + 1}"
            if key_node.tag != "tag:yaml.org,2002:str":
                draft.findings.append(f"{where}: the key {key!r} must be text: put it in quotes")
            if key in seen:
                draft.findings.append(f"{where}: `{'.'.join((*path, key))}` stands twice")
            seen.add(key)
            draft.origins[(*path, key)] = where
            _mark(value_node, (*path, key), config_file, draft)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            draft.origins[(*path, str(index))] = f"{config_file} line {item.start_mark.line + 1}"
            _mark(item, (*path, str(index)), config_file, draft)


def _read_environment(environ: Mapping[str, str], draft: _Draft) -> None:
    known = {_variable(section, key): (section, key) for section, key in _keys()}
    squeezed = {name.replace("_", ""): name for name in known}
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX):
            continue
        if name in known:
            section, key = known[name]
            try:
                draft.put(
                    section, key, _parsed(text, _annotation(section, key)), f"environment variable {name}"
                )
            except ValueError as error:
                draft.findings.append(f"environment variable {name}: {error}")
        elif _SEPARATOR in name:
            nearest = _nearest(name, list(known))
            draft.findings.append(f"environment variable {name}: there is no such setting{nearest}")
        elif name.replace("_", "") in squeezed and not text.startswith(
            "tcp://"
        ):  # Kubernetes sets tcp:// ones
            meant = squeezed[name.replace("_", "")]
            draft.findings.append(
                f"environment variable {name}: there is no such setting; did you mean {meant}?"
            )


def _parsed(text: str, annotation: Any) -> object:
    if annotation is bool:
        if text.strip().lower() not in _BOOLEANS:
            raise ValueError("must be true or false")
        return _BOOLEANS[text.strip().lower()]
    if annotation in {int, float}:
        try:
            return annotation(text)
        except ValueError:
            raise ValueError(f"must be a {'whole ' if annotation is int else ''}number") from None
    if typing.get_origin(annotation) is tuple and not text.lstrip().startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    if typing.get_origin(annotation) in {tuple, dict} or (
        isinstance(annotation, type) and issubclass(annotation, BaseModel)
    ):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise ValueError(f"must be JSON: {error}") from None
    return text


def _worded(finding: dict[str, Any], draft: _Draft) -> str:
    path = tuple(str(part) for part in finding["loc"])
    where, dotted = draft.origin_of(path), ".".join(path)
    match finding["type"]:
        case "extra_forbidden":
            return f"{where}: there is no setting `{dotted}`{_nearest(dotted, _dotted_neighbours(path))}"
        case "string_type":
            return f'{where}: `{dotted}` must be text: put it in quotes, "like this"'
        case "missing":
            return f"{where}: `{dotted}` is missing"
        case _:
            message = str(finding["msg"]).removeprefix("Value error, ")
            return f"{where}: `{dotted}`: {message[:1].lower()}{message[1:]}"


def _dotted_neighbours(path: KeyPath) -> list[str]:
    if len(path) == 1:
        return list(Settings.model_fields)
    inside_list = _model_of_items(path)
    if inside_list is not None:
        return [".".join((*path[:-1], key)) for key in inside_list.model_fields]
    keys = [f"{section}.{key}" for section, key in _keys()]
    inside = [dotted for dotted in keys if dotted.startswith(f"{path[0]}.")]
    return inside + [dotted for dotted in keys if dotted not in inside]


def _model_of_items(path: KeyPath) -> type[BaseModel] | None:
    """Of a list of sections, where the path leads to a key of one of them: section, list, number, key."""
    if len(path) != 4 or tuple(path[:2]) not in _keys():  # noqa: PLR2004  those four
        return None
    items = typing.get_args(_annotation(path[0], path[1]))
    return items[0] if items and isinstance(items[0], type) and issubclass(items[0], BaseModel) else None


def _nearest(name: str, candidates: list[str]) -> str:
    matches = difflib.get_close_matches(name, candidates, n=1, cutoff=0.5)
    return f"; did you mean {matches[0]}?" if matches else ""


def _variable(section: str, key: str) -> str:
    return f"{PREFIX}{section}{_SEPARATOR}{key}".upper()


def _keys() -> list[tuple[str, str]]:
    return [
        (section, key)
        for section, info in Settings.model_fields.items()
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel)
        for key in info.annotation.model_fields
    ]


def _annotation(section: str, key: str) -> Any:
    model = Settings.model_fields[section].annotation
    return typing.cast("type[BaseModel]", model).model_fields[key].annotation
