"""What was computed for an object is found again for that object, and for no other."""

from __future__ import annotations

from kernel import remembered
from kernel.remembered import by_identity


def test_the_same_object_is_computed_once_and_an_equal_one_anew() -> None:
    asked: list[list[int]] = []

    @by_identity
    def total(numbers: list[int]) -> int:
        asked.append(numbers)
        return sum(numbers)

    first, equal = [1, 2], [1, 2]

    assert [total(first), total(first), total(equal)] == [3, 3, 3]
    assert [id(each) for each in asked] == [id(first), id(equal)]


def test_further_arguments_count_too() -> None:
    @by_identity
    def scaled(numbers: list[int], factor: int) -> int:
        return sum(numbers) * factor

    numbers = [1, 2]

    assert [scaled(numbers, 1), scaled(numbers, 2), scaled(numbers, 1)] == [3, 6, 3]


def test_a_new_object_at_the_place_of_a_dropped_one_is_not_mistaken_for_it() -> None:
    @by_identity
    def first(numbers: list[int]) -> int:
        return numbers[0]

    # Lists that are dropped at once get each other's addresses.
    assert [first([number]) for number in range(3 * remembered.KEPT)] == list(
        range(3 * remembered.KEPT)
    )


def test_only_the_latest_are_kept() -> None:
    asked = 0

    @by_identity
    def length(numbers: list[int]) -> int:
        nonlocal asked
        asked += 1
        return len(numbers)

    many = [[number] for number in range(remembered.KEPT + 1)]
    for each in [*many, many[-1], many[0]]:
        length(each)

    assert asked == len(many) + 1
