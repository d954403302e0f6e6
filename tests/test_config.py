from pathlib import Path

import pytest

from wiredesk.config import Settings, load_settings
from wiredesk.errors import ConfigError


def test_defaults_hold_where_nothing_is_said(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}) == Settings()


def test_file_then_environment_then_keyword_win(tmp_path: Path) -> None:
    (tmp_path / "wiredesk.toml").write_text('port = 1\nhost = "::1"\ntitle = "Desk"\n')
    found = load_settings(tmp_path, {"WIREDESK_PORT": "2", "WIREDESK_HOST": "h"}, host="k")
    assert found == Settings(port=2, host="k", title="Desk")


def test_what_is_not_given_does_not_win(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {"WIREDESK_PORT": "2"}, port=None).port == 2


@pytest.mark.parametrize(
    ("toml", "environ", "said"),
    [
        ("prot = 1", {}, "unknown setting 'prot'; did you mean 'port'?"),
        ("", {"WIREDESK_ARCHVE": "x"}, "WIREDESK_ARCHVE: unknown setting 'archve'; did you mean"),
        ('port = "many"', {}, "port must be a whole number, not 'many'"),
        ("port = true", {}, "port must be a whole number"),
        ("", {"WIREDESK_PORT": "x"}, "port must be a whole number"),
        ("archive = 3", {}, "archive must be a text"),
        ("port =", {}, "cannot be read"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, toml: str, environ: dict[str, str], said: str) -> None:
    (tmp_path / "wiredesk.toml").write_text(toml)
    with pytest.raises(ConfigError, match=said):
        load_settings(tmp_path, environ)
