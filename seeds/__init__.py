"""The demo stories: small samples of the forms news copy comes in, and what each must parse to.

`STORIES` is the folder that `wiredesk demo` indexes, `GOLD` the file that says what is in it. They
are data, not code: the package is there so that the stories travel in the wheel.
"""

from pathlib import Path

STORIES = Path(__file__).parent / "stories"
GOLD = Path(__file__).parent / "gold.json"

__all__ = ["GOLD", "STORIES"]
