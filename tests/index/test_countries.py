"""Countries by all the names that newsrooms use."""

import pytest

from wiredesk.index.countries import codes, country_code, country_name, demonym_code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Syria", "SY"),
        ("SYRIA", "SY"),
        ("U.S.", "US"),
        ("US", "US"),
        ("us", None),
        ("UK", "GB"),
        ("West Germany", "DE"),
        ("Soviet Union", "RU"),
        ("Ivory Coast", "CI"),
        ("Cote d'Ivoire", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("Türkiye", "TR"),
        ("Griechenland", "GR"),
        ("FR", "FR"),
        ("Atlantis", None),
    ],
)
def test_a_country_is_known_by_any_of_its_names(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_every_code_has_a_name_that_leads_back_to_it() -> None:
    assert [country_code(country_name(code)) for code in codes()] == list(codes())


def test_demonyms_lead_to_countries() -> None:
    assert [demonym_code(w) for w in ("Syrian", "Syrians", "Dutch", "Finns", "Harbour")] == [
        "SY",
        "SY",
        "NL",
        "FI",
        None,
    ]
