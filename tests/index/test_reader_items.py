from wiredesk.index.readers import RawItem, Stated


def test_a_format_that_states_nothing_is_false() -> None:
    assert not Stated(format="ninjs", soft=True)
    assert Stated(format="ninjs", headline="Ferry line reopens")


def test_an_item_is_one_file_of_any_number_of_stories_unless_it_says_so() -> None:
    item = RawItem(path="a.txt", text="x")
    assert (item.whole, item.member, item.stated, item.line) == (False, None, None, 1)
