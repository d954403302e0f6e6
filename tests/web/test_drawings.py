"""The drawings: where bars and circles stand."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wiredesk.web.charts import MAP_HEIGHT, MAP_WIDTH, land_path, project, view_of

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


def test_the_land_is_drawn_within_the_view_only() -> None:
    view = view_of([(500.0, 250.0)])
    assert land_path([(500, 250), (504, 250), (1, 1)], view) == "m500 250h0m4 0h0"
