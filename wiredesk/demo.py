"""Where the demo stories lie, in a checkout and in an installed copy alike."""

from pathlib import Path

import wiredesk

SEEDS: Path = next(
    folder for parent in wiredesk.__path__ if (folder := Path(parent) / "seeds").is_dir()
)
"""The folder of the seeds: its README tells where the stories come from."""

STORIES: Path = SEEDS / "stories"
"""The stories themselves, as `wiredesk demo` indexes them."""

GOLD: Path = SEEDS / "gold.json"
"""What each story must parse to."""
