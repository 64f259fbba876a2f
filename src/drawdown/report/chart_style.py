"""How every chart looks: fonts, axes, titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import altair as alt

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
Chart = TypeVar("Chart", bound="alt.TopLevelMixin")


def styled(chart: Chart) -> Chart:
    """The chart in the style of all."""
    made: Chart = (
        chart.configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            domainColor="#999999", tickColor="#999999", gridColor="#e6e6e6", labelFontSize=11, titleFontWeight=400, labelColor="#444444"
        )
        .configure_title(fontSize=15, fontWeight=600, subtitleFontSize=12, subtitleColor="#666666", offset=12)
        .configure_legend(labelFontSize=12)
    )
    return made
