"""Which counts are parts of which, read from the formulas of the indicators that publish them."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jauge.expressions import Expression


@dataclass(frozen=True, slots=True)
class Link:
    """The quantity `whole` is the sum of `parts` and of a rest ≥ 0 (no rest when `is_exact`).

    is_class: the rest is itself a count of the source, which the threshold speaks of although nobody publishes it.
    """

    whole: str
    parts: tuple[str, ...]
    is_exact: bool = False
    is_class: bool = False


def read_sum(expression: Expression) -> frozenset[str] | None:
    """The columns that a formula adds up, each once; None where it does anything else.

    >>> from jauge.expressions import parse_expression
    >>> sorted(read_sum(parse_expression("a + b")) or ())
    ['a', 'b']
    >>> read_sum(parse_expression("a - b")) is None
    True
    """
    names = _list_added(expression.tree)
    return frozenset(names) if names is not None and len(set(names)) == len(names) else None


def _list_added(node: ast.expr) -> list[str] | None:
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = (_list_added(left), _list_added(right))
            return None if None in parts else [name for part in parts if part for name in part]
    return None


def find_links(forms: Mapping[str, frozenset[str]], shares: Iterable[tuple[str, str]] = ()) -> tuple[Link, ...]:
    """What the formulas say of quantities that are sums of columns of one file.

    forms: the columns that each quantity adds up. shares: (numerator, denominator) of which the first is a part of the second by meaning.

    >>> find_links({"a": frozenset("x"), "b": frozenset("y"), "all": frozenset("xy")})
    (Link(whole='all', parts=('a', 'b'), is_exact=True, is_class=False),)
    """
    links: list[Link] = []
    for whole, columns in sorted(forms.items()):
        inside = {name: form for name, form in sorted(forms.items()) if form < columns}
        widest = [name for name, form in inside.items() if not any(form < other for other in inside.values())]
        adds_up = sum(len(forms[name]) for name in widest) == len(columns) == len(frozenset().union(*(forms[name] for name in widest)))
        if adds_up and widest:
            links.append(Link(whole, tuple(widest), is_exact=True))
        else:
            links += [Link(whole, (name,), is_class=True) for name in widest]
    tied = {(part, link.whole) for link in links for part in link.parts}
    links += [Link(whole, (part,)) for part, whole in sorted(set(shares)) if (part, whole) not in tied and not _holds(forms, whole, part)]
    return tuple(links)


def _holds(forms: Mapping[str, frozenset[str]], whole: str, part: str) -> bool:
    return forms.get(part, frozenset("?")) <= forms.get(whole, frozenset())
