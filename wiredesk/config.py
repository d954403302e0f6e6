"""Settings: one frozen value from defaults, `wiredesk.toml`, `WIREDESK_*` and flags, in that order.

    settings = load_settings(Path.cwd(), os.environ, port=8080)

Nothing else in wiredesk reads the environment. An unknown name is an error that offers the nearest
known one, since a misspelt setting that is silently ignored costs hours.
"""

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from wiredesk.errors import ConfigError

FILE_NAME = "wiredesk.toml"
PREFIX = "WIREDESK_"


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, with its default; `help_of` says what each is for."""

    archive: str = _setting("wire.wdx", "the archive: a folder")
    entities: str | None = _setting(
        None, "the model that finds people, organisations and places; `default` for a new archive"
    )
    processes: int = _setting(1, "processes that read and parse while indexing")
    host: str = _setting("127.0.0.1", "the address to serve on")
    port: int = _setting(8000, "the port to serve on; another free one if it is taken")
    threads: int = _setting(4, "requests answered at the same time")
    title: str = _setting("wiredesk", "what the pages call the archive")
    limit: int = _setting(10, "stories a page of `wiredesk search`")


def help_of(name: str) -> str:
    """What a setting is for."""
    return next(str(f.metadata["help"]) for f in fields(Settings) if f.name == name)


def load_settings(folder: Path, environ: Mapping[str, str], **given: Any) -> Settings:
    """The settings for a run: what is `given` (None: not given) wins.

    Raises ConfigError for an unknown name, a wrong type, or a file that is not TOML.
    """
    values: dict[str, Any] = {}
    path = folder / FILE_NAME
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        written = {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    for name, value in written.items():
        known = _known(name, str(path))
        values[known] = _typed(known, value, str(path))
    for variable, text in environ.items():
        if variable.startswith(PREFIX):
            name = _known(variable.removeprefix(PREFIX).lower(), variable)
            values[name] = _typed(name, text, variable)
    for name, value in given.items():
        if value is not None:
            values[_known(name, "keyword")] = value
    return Settings(**values)


def _known(name: str, where: str) -> str:
    names = [f.name for f in fields(Settings)]
    if name in names:
        return name
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise ConfigError(f"{where}: unknown setting {name!r}; {hint}known: {', '.join(names)}")


def _typed(name: str, value: Any, where: str) -> Any:
    """The value in the type of the setting's default."""
    default = next(f.default for f in fields(Settings) if f.name == name)
    wanted = int if isinstance(default, int) else str
    if wanted is int and isinstance(value, str):
        with suppress(ValueError):
            return int(value)
    if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
        return value
    kind = "a whole number" if wanted is int else "a text"
    raise ConfigError(f"{where}: {name} must be {kind}, not {value!r}")
