"""The drawings: where bars and circles stand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiredesk.web.charts import (
    MAP_HEIGHT,
    MAP_WIDTH,
    View,
    crop_of,
    land_path,
    legend,
    project,
    view_of,
)
from wiredesk.web.places import land

POINTS = st.lists(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(project), min_size=1, max_size=9
)


@given(POINTS)
@settings(derandomize=True, deadline=None)
def test_the_map_shows_the_part_of_the_world_that_holds_all_circles(
    points: list[tuple[float, float]],
) -> None:
    view = view_of(points)
    assert abs(view.width - 2 * view.height) < 0.2
    assert view.x >= 0
    assert view.y >= 0
    assert view.x + view.width <= MAP_WIDTH + 0.2
    assert view.y + view.height <= MAP_HEIGHT + 0.2
    for x, y in points:
        assert -0.2 <= x - view.x <= view.width + 0.2
        assert -0.2 <= y - view.y <= view.height + 0.2


def test_the_map_of_a_country_leaves_out_the_few_stories_far_away() -> None:
    many = [((250.0 + n, 90.0 + n), 10) for n in range(50)]
    far = ((800.0, 170.0), 2)
    whole = view_of([point for point, _ in (*many, far)])
    crop = crop_of([*many, far])
    assert abs(crop.x - view_of([point for point, _ in many]).x) < 10
    assert crop.width < whole.width
    assert not crop.holds(far[0])
    assert crop_of([*many, (far[0], 20)]) == whole
    assert crop_of([far]) == view_of([far[0]])


def test_the_land_is_drawn_within_the_view_only_as_rows_of_dots() -> None:
    view = view_of([(500.0, 250.0)])
    dots = [(500, 248), (504, 248), (508, 248), (516, 248), (496, 252), (0, 0)]
    assert land_path(dots, 4, view) == "m125 62h2.1m1.9 0h.1m-5.1 1h.1"
    assert land_path([], 4, view) == ""


def test_the_land_of_the_whole_world_is_light() -> None:
    world = View(0, 0, MAP_WIDTH, MAP_HEIGHT)
    assert len(land(world).path) < 16_000
    assert land(world).path.count("h") > 1000
    for width in (360, 480, 600):
        parts = [View(x, 40, width, width / 2) for x in range(0, MAP_WIDTH - width, 100)]
        assert max(len(land(part).path) for part in parts) < 18_000


@pytest.mark.parametrize(
    ("most", "shown"),
    [
        (1, [1]),
        (4, [2]),
        (12, [10, 1]),
        (99, [50, 5]),
        (2345, [2000, 200, 20]),
        (700, [500, 50, 5]),
    ],
)
def test_the_legend_shows_round_numbers_of_stories(most: int, shown: list[int]) -> None:
    assert legend(most) == shown
