"""Tags and filters of pages: French forms, icons, words for codes. `{% load maillage %}`."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from django import template
from django.utils.safestring import SafeString

from jauge.figures import Reading
from jauge.quantities import Reason, Status, Unit
from jauge.releases import Change, RevisionCause
from jauge.territories import Level
from maillage.ui import formats, words
from maillage.ui.icons import draw_icon

register = template.Library()


class Shown(Protocol):
    """What a definition says of how its figures are written."""

    @property
    def unit(self) -> Unit: ...

    @property
    def decimals(self) -> int: ...


register.simple_tag(draw_icon, name="icon")
register.filter("count", formats.format_count)
register.filter("period", formats.format_period)
register.filter("in_period", formats.in_period)
register.filter("filesize", formats.format_bytes)
register.filter("typeset", formats.typeset)


@register.filter
def day(value: date | str) -> str:
    """A day in words: `30 septembre 2019`; what is no ISO day (a source may say «2024») is left as it is."""
    try:
        return formats.format_date(value)
    except ValueError:
        return str(value)


@register.simple_tag
def value(number: float | None, unit: Unit | str, decimals: int | None = None) -> str:
    """A value with its unit (a share becomes a percentage)."""
    return formats.format_value(number, unit, decimals)


@register.simple_tag
def figure_value(figure: Reading, info: Shown, base: float | None = None) -> str:
    """The value of a figure with the decimals that its size carries. base: what bounds its denominator, where it is not known."""
    return formats.format_reading(figure, info.unit, info.decimals, base)


@register.filter
def share(number: float) -> str:
    """A share (0-1) as a percentage."""
    return formats.format_value(float(number), Unit.SHARE)


@register.filter
def word_of(code: str, words_by_code: Mapping[str, str]) -> str:
    """The word of a code in a table of words that the page was given; an unknown code is shown as it is."""
    return words_by_code.get(code, code)


@register.filter
def level_word(level: Level) -> str:
    """The level in words."""
    return str(words.LEVEL_WORDS[Level(level)])


@register.filter
def level_plural(level: Level) -> str:
    """The level in words, plural."""
    return str(words.LEVEL_PLURALS[Level(level)])


@register.filter
def kind_word(kind: str) -> str:
    """The kind of territory in words; an unknown kind is shown as it is."""
    return str(words.KIND_WORDS.get(kind, kind))


@register.filter
def theme_word(theme: str) -> str:
    """The theme of an indicator in words; an unknown one is shown as it is."""
    return str(words.THEME_WORDS.get(theme, theme))


@register.filter
def status_word(status: Status) -> str:
    """The status of a figure in words."""
    return str(words.STATUS_WORDS[Status(status)])


@register.filter
def cause_words(chain: str) -> str:
    """A chain of causes in words: `territory+source`."""
    return " + ".join(str(words.CAUSE_WORDS[RevisionCause(cause)]) for cause in chain.split("+"))


@register.filter
def change_word(change: Change) -> str:
    """What became of a figure, in a word."""
    return str(words.CHANGE_WORDS[Change(change)])


@register.filter
def reason_words(reason: Reason | None) -> str:
    """Why a figure is missing or estimated, in a sentence; empty without reason."""
    return str(words.REASON_WORDS[Reason(reason)]) if reason else ""


_MARK_ICONS = {
    Status.OBSERVED: "check",
    Status.ESTIMATED: "math-function",
    Status.SECRET: "lock",
    Status.MISSING: "circle-dashed",
    Status.SIMULATED: "flask",
}


@register.inclusion_tag("ui/mark.html")
def mark(status: Status) -> dict[str, str | SafeString]:
    """The mark of a status: a shape and a word, never a colour alone."""
    status = Status(status)
    return {"status": str(status), "word": status_word(status), "drawing": draw_icon(_MARK_ICONS[status])}
