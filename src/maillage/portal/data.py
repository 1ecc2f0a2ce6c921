"""What the portal's pages show, ready to be written: no request, no template here."""

from dataclasses import dataclass

from maillage.observatory.data import Figure, IndicatorInfo


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same figure one level up, in words."""

    name: str
    written: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure with what helps to read it. `scale` and `spark` are safe SVG.

    `population` bounds the denominator of a rate whose counts are not known. `scale` is empty without peers or value, `spark` with
    fewer than three comparable periods. is_flagged: the checks put it in doubt.
    """

    figure: Figure
    indicator: IndicatorInfo
    label: str
    population: int | None = None
    comparisons: tuple[Comparison, ...] = ()
    scale: str = ""
    spark: str = ""
    is_flagged: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What the current release says that the one before did not: a new period, or another value for the same one."""

    label: str
    now: Figure
    before: Figure | None
    indicator: IndicatorInfo
