"""Takes pictures of every kind of page, from the demo stories: `make screenshots`.

All go to `screenshots/`, which is not kept; those of the README go to `docs/` too.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from browsing import browser, browser_path, served

from wiredesk.index import index_files
from wiredesk.search import open_archive
from wiredesk.web import create_app

ROOT = Path(__file__).parents[2]
QUERY = "harbour"
SETTINGS: dict[str, dict[str, object]] = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 700}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "arabic": {"viewport": {"width": 1280, "height": 900}, "locale": "ar"},
}
KEPT = {"wide-results": "screenshot", "dark-story": "screenshot-story"}


def main() -> int:
    """Indexes the demo stories, opens every page in every setting; 1 without a browser."""
    path = browser_path()
    if path is None:
        print("no Chromium found: apt-get install chromium", file=sys.stderr)
        return 1
    out, kept = ROOT / "screenshots", ROOT / "docs"
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        index_files([ROOT / "seeds" / "stories"], into=f"{folder}/demo.wdx")
        with (
            open_archive(f"{folder}/demo.wdx") as archive,
            served(create_app(archive)) as address,
            browser(path) as opened,
        ):
            first = archive.search(QUERY).hits[0].id
            pages = {
                "front": "/",
                "results": f"/search?q={QUERY}",
                "filtered": f"/search?q={QUERY}&agency=Reuters&-city=Rotterdam&from=2024",
                "zero": f"/search?q={QUERY}+zeppelin&agency=AFP",
                "story": f"/story/{first}/x?q={QUERY}",
                "values": "/facet/city",
                "dates": "/facet/date",
                "map": "/map",
                "help": "/help",
                "missing": "/nowhere",
            }
            for setting, options in SETTINGS.items():
                context = opened.new_context(**options)  # type: ignore[arg-type]
                page = context.new_page()
                for name, url in pages.items():
                    page.goto(address + url)
                    page.screenshot(path=out / f"{setting}-{name}.png")
                    if f"{setting}-{name}" in KEPT:
                        target = kept / f"{KEPT[f'{setting}-{name}']}.png"
                        shutil.copyfile(out / f"{setting}-{name}.png", target)
                context.close()
    print(f"pictures are in {out.relative_to(ROOT)}/ and {kept.relative_to(ROOT)}/")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
