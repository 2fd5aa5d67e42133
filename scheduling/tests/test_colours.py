"""The colour most unlike those in use."""

from __future__ import annotations

from itertools import combinations

import pytest

from scheduling import colours


def test_the_distance_of_black_and_white_is_one() -> None:
    assert round(colours.distance("#000000", "#ffffff"), 6) == 1.0
    assert colours.distance("#426bc6", "#426bc6") == 0.0


def test_the_first_colour_is_the_first_of_the_palette() -> None:
    assert colours.most_distinct([]) == colours.PALETTE[0]


def test_a_colour_is_the_palettes_most_distant_from_those_in_use() -> None:
    chosen = colours.most_distinct(["#426bc6", "#363896", "#034d73"])
    assert chosen == max(
        colours.PALETTE,
        key=lambda c: min(colours.distance(c, u) for u in ("#426bc6", "#363896", "#034d73")),
    )


@pytest.mark.requirement("PLA-04")
def test_forty_people_get_colours_that_differ_to_the_eye() -> None:
    used: list[str] = []
    for _person in range(40):
        used.append(colours.most_distinct(used))
    assert sorted(used[:16]) == sorted(colours.PALETTE)
    assert min(colours.distance(a, b) for a, b in combinations(used[:16], 2)) >= colours.NEAR
    assert min(colours.distance(a, b) for a, b in combinations(used, 2)) >= 0.05


def test_the_contrast_of_black_and_white_is_the_greatest() -> None:
    assert round(colours.contrast("#ffffff", "#000000"), 6) == 21.0
    assert colours.contrast("#426bc6", "#426bc6") == 1.0


def test_the_ink_on_a_colour_is_the_better_of_black_and_white() -> None:
    assert [colours.ink(c) for c in ("#7c1556", "#e6964f")] == ["#ffffff", "#000000"]


def test_every_colour_carries_its_ink_at_the_contrast_of_text() -> None:
    steps = range(0, 256, 15)
    every = [f"#{r:02x}{g:02x}{b:02x}" for r in steps for g in steps for b in steps]
    assert min(colours.contrast(colours.ink(c), c) for c in every) >= 4.5
