"""Colours that tell people apart: the one most unlike those in use."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable

# measured: each carries black or white text at 4.8:1 or better, none is the red of a problem
PALETTE = tuple(
    """#426bc6 #e6964f #7c1556 #83c8cf #6b3900 #a79df8 #836f07 #034d73
    #f08695 #017ba0 #d0d082 #9e537b #66e6ba #363896 #e3b6ff #865547""".split()
)
BLACK, WHITE = "#000000", "#ffffff"
NEAR = 0.08  # OKLab distance under which two colours are easily taken for each other


def most_distinct(existing: Iterable[str]) -> str:
    """Return the `#rrggbb` most distant to the eye from those of `existing`.

    A colour of the palette while one is not near any in use, a generated one after that.
    """
    used = {_oklab(colour) for colour in existing}
    best = max(PALETTE, key=lambda colour: _clearance(colour, used))
    if _clearance(best, used) >= NEAR:
        return best
    return max((*PALETTE, *_generated()), key=lambda colour: _clearance(colour, used))


def distance(one: str, other: str) -> float:
    """Return how far apart two `#rrggbb` colours look (Euclidean, OKLab: 0 to about 1)."""
    return _gap(_oklab(one), _oklab(other))


def ink(colour: str) -> str:
    """Return black or white, whichever reads better on `colour`: 4.5:1 or more, whatever it is."""
    return max((BLACK, WHITE), key=lambda text: contrast(text, colour))


def contrast(one: str, other: str) -> float:
    """Return how well two `#rrggbb` colours stand apart as text and ground (WCAG: 1 to 21)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


Lab = tuple[float, float, float]


def _clearance(colour: str, used: Iterable[Lab]) -> float:
    own = _oklab(colour)
    return min((_gap(own, other) for other in used), default=1.0)


def _gap(one: Lab, other: Lab) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5)


def _generated() -> Iterable[str]:
    for hue in range(0, 360, 10):
        for lightness in (0.25, 0.4, 0.55, 0.7, 0.85):
            for saturation in (0.35, 0.6, 0.85):
                rgb = colorsys.hls_to_rgb(hue / 360, lightness, saturation)
                yield "#" + "".join(f"{round(part * 255):02x}" for part in rgb)


def _oklab(colour: str) -> Lab:
    """Convert sRGB to OKLab (Björn Ottosson, https://bottosson.github.io/posts/oklab/)."""
    r, g, b = _linear_parts(colour)
    x = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    y = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    z = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * x + 0.7936177850 * y - 0.0040720468 * z,
        1.9779984951 * x - 2.4285922050 * y + 0.4505937099 * z,
        0.0259040371 * x + 0.7827717662 * y - 0.8086757660 * z,
    )


def _luminance(colour: str) -> float:
    r, g, b = _linear_parts(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _linear_parts(colour: str) -> Lab:
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return r, g, b


def _linear(part: float) -> float:
    return float(((part + 0.055) / 1.055) ** 2.4) if part > 0.04045 else part / 12.92
