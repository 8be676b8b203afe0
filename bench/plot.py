"""The plot of growth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

import pygal
from pygal.style import CleanStyle


def draw(path: Path, sizes: Sequence[str], lines: Mapping[str, Sequence[float]]) -> None:
    """Draw milliseconds against the number of cases, both by powers of ten, as a still SVG."""
    chart = pygal.Line(
        x_title="cases",
        y_title="ms",
        logarithmic=True,
        style=CleanStyle(background="white", plot_background="white"),
        legend_at_bottom=True,
        legend_at_bottom_columns=1,
        truncate_legend=-1,
        width=800,
        height=560,
        js=(),
    )
    chart.x_labels = sizes
    chart.y_labels = _ticks([value for values in lines.values() for value in values])
    for name, values in lines.items():
        chart.add(name, values)
    chart.add_xml_filter(_without_scripts)
    chart.render_to_file(str(path))


def _ticks(values: Sequence[float]) -> list[float]:
    """Return 1, 2, 5, 10, … from the one below all values to the one above."""
    steps = [step * 10**power for power in range(-2, 6) for step in (1, 2, 5)]
    below = max(step for step in steps if step <= min(values))
    above = next(step for step in steps if step >= max(values))
    return [step for step in steps if below <= step <= above]


def _without_scripts(root: Element) -> Element:
    """Remove the scripts: a page shows a picture, and nothing in it runs."""
    for parent in root.iter():
        for script in parent.findall("script"):
            parent.remove(script)
    return root
