"""Which tests are gone, told from two lists of ids."""

from tests.ids import gone


def test_a_test_that_moved_to_another_file_is_not_gone():
    assert gone(["a.py::test_x[1]", "a.py::test_y"], ["b.py::test_x[1]", "a.py::test_y"]) == []


def test_a_test_with_another_name_or_other_parameters_is_gone():
    assert gone(["a.py::test_x[1]", "a.py::test_y"], ["a.py::test_x[2]", "a.py::test_z"]) == [
        "a.py::test_x[1]",
        "a.py::test_y",
    ]


def test_of_two_tests_with_one_name_each_has_to_be_somewhere():
    assert gone(["a.py::test_x", "b.py::test_x"], ["c.py::test_x"]) == ["b.py::test_x"]
    assert gone(["a.py::test_x", "b.py::test_x"], ["b.py::test_x"]) == ["a.py::test_x"]
    assert gone(["a.py::test_x", "b.py::test_x"], ["c.py::test_x", "b.py::test_x"]) == []
