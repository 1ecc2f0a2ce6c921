"""The one small language of formulas and rules: names, numbers, arithmetic, comparisons, and five functions. Nothing else can be said.

`elig_thd30 + elig_thd100`, `when(nbr == 0, 0, inel_hd)`, `fixed_share_30mbps < 0.5 and not population < 100`. Python's parser reads the
text, a closed list of node kinds decides what may stand in it; nothing is ever evaluated as Python. An expression is read once, then
computed over columns (Ibis, any engine) or over the figures of one territory (plain numbers): the same operations, the same unknowns.
"""

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from jauge.definitions import suggest

MAX_LENGTH = 1_000  # a formula longer than this is no formula an expert can check by eye
MAX_DEPTH = 60  # operations inside one another; reading one stays far from the interpreter's own limit
MAX_NUMBER = 1e15  # above it a float no longer counts one by one

type Value = float | str | bool | None
type Algebra = Mapping[str, Callable[..., Any]]  # how each operation is done, by name

_BINARY: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: dict[type[ast.cmpop], str] = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_FUNCTIONS: dict[str, tuple[int, int]] = {"when": (3, 3), "min": (2, 9), "max": (2, 9), "coalesce": (2, 9), "blank": (1, 1)}


class BadExpression(ValueError):
    """A formula that the language refuses; `column` is where, counted from 1."""

    code = "bad_expression"

    def __init__(self, text: str, problem: str, column: int = 1) -> None:
        super().__init__(f"{problem} (colonne {column} de « {text[:80]} »)")
        self.text, self.problem, self.column = text, problem, column


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that was read and found lawful. `names` are the columns or figures that it needs, in alphabetical order."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr = field(compare=False, repr=False)

    def check_names(self, known: Collection[str]) -> None:
        """Refuse a name that is not among `known`. Raises BadExpression, which suggests one of them."""
        for node in _walk_values(self.tree):
            if node.id not in known:
                raise BadExpression(self.text, f"nom inconnu « {node.id} »{suggest(node.id, known)}", node.col_offset + 1)

    def compile(self, columns: Mapping[str, ir.Value]) -> Any:
        """Build the Ibis expression over `columns` (the answer is null where a column that it needs is null, or a divisor is 0)."""
        return _fold(self.tree, columns, _OVER_COLUMNS)

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        """Answer on values by name; a name absent from `values` is unknown (None), a division by zero too.

        >>> parse_expression("a / b < 0.5").evaluate({"a": 1, "b": 4})
        True
        >>> parse_expression("a < 0.5").evaluate({}) is None
        True
        """
        answer: Value = _fold(self.tree, {name: values.get(name) for name in self.names}, _OVER_VALUES)
        return answer


def parse_expression(text: str) -> Expression:
    """Read a formula. Raises BadExpression, which says what was found, where, and what is expected.

    >>> parse_expression("elig_thd30 + elig_thd100").names
    ('elig_thd100', 'elig_thd30')
    >>> parse_expression("__import__('os')")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    jauge.expressions.BadExpression: fonction inconnue « __import__ » ; attendu : blank, coalesce, max, min, when (...)
    """
    tree = _read(text)
    _check(tree, text)
    return Expression(text.strip(), tuple(sorted({node.id for node in _walk_values(tree)})), tree)


def _read(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise BadExpression(text, f"une formule a {MAX_LENGTH} caractères au plus, et non {len(text)}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(text, "ce n’est pas une formule", getattr(error, "offset", None) or 1) from error


def _walk_values(tree: ast.expr) -> list[ast.Name]:
    """The names of columns, those of functions left out."""
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return [node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions]


def _check(node: ast.expr, text: str, depth: int = 1) -> None:
    """Refuse what the language does not know."""

    def refuse(problem: str) -> BadExpression:
        return BadExpression(text, problem, node.col_offset + 1)

    if depth > MAX_DEPTH:
        raise refuse(f"plus de {MAX_DEPTH} opérations l’une dans l’autre")
    match node:
        case ast.Constant(value=value) if type(value) in (int, float) and abs(value) <= MAX_NUMBER:  # type: ignore[arg-type]
            return
        case ast.Name():
            if node.id.startswith("__"):
                raise refuse(f"« {node.id} » n’est pas un nom permis")
            return
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()) | ast.BoolOp() | ast.UnaryOp(op=ast.Not() | ast.USub()):
            pass
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            pass
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            _check_call(name, node, refuse)
        case _:
            raise refuse("rien d’autre qu’un nom, un nombre, + - * /, une comparaison à la fois, and/or/not ou une fonction n’est permis")
    for child in _list_operands(node):
        if not (isinstance(child, ast.Constant) and isinstance(child.value, str) and _compares_text(node)):
            _check(child, text, depth + 1)


def _compares_text(node: ast.expr) -> bool:
    """A text may only be compared with something: it is neither added nor ordered."""
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq)


def _check_call(name: str, node: ast.Call, refuse: Callable[[str], BadExpression]) -> None:
    if name not in _FUNCTIONS:
        raise refuse(f"fonction inconnue « {name} » ; attendu : {', '.join(sorted(_FUNCTIONS))}")
    least, most = _FUNCTIONS[name]
    if not least <= len(node.args) <= most:
        raise refuse(f"{name} prend de {least} à {most} arguments, et non {len(node.args)}")


def _list_operands(node: ast.expr) -> list[ast.expr]:
    """What a node is made of, function names and operators left out."""
    if isinstance(node, ast.Call):
        return node.args
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _fold(node: ast.expr, names: Mapping[str, Any], algebra: Algebra) -> Any:
    """Compute a checked tree from its leaves up, with the operations of `algebra`."""
    match node:
        case ast.Constant(value=value):
            return algebra["constant"](value)
        case ast.Name(id=name):
            return names[name]
    return algebra[_name_operation(node)](*(_fold(child, names, algebra) for child in _list_operands(node)))


def _name_operation(node: ast.expr) -> str:
    match node:
        case ast.UnaryOp(op=op):
            return "not" if isinstance(op, ast.Not) else "negative"
        case ast.BinOp(op=operation):
            return _BINARY[type(operation)]
        case ast.BoolOp(op=joint):
            return "and" if isinstance(joint, ast.And) else "or"
        case ast.Compare(ops=[comparison]):
            return _COMPARISONS[type(comparison)]
        case ast.Call(func=ast.Name(id=name)):
            return name
    raise AssertionError(ast.dump(node))


def _unless_unknown(operation: Callable[..., Value]) -> Callable[..., Value]:
    """As in SQL: what is computed on an unknown is unknown."""
    return lambda *operands: None if None in operands else operation(*operands)


def _decide(decisive: bool, answers: tuple[Value, ...]) -> Value:
    """Kleene's `or` (decided by True) and `and` (by False): the deciding answer wins over the unknown ones."""
    if any(answer is not None and bool(answer) is decisive for answer in answers):
        return decisive
    return None if None in answers else not decisive


def _pick_known(choose: Callable[[list[Any]], Value]) -> Callable[..., Value]:
    """As `least` and `greatest` of the engines: the unknown ones are passed over."""
    return lambda *operands: choose(known) if (known := [one for one in operands if one is not None]) else None


_ARITHMETIC: Algebra = {"+": operator.add, "-": operator.sub, "*": operator.mul, "negative": operator.neg}
_ORDER: Algebra = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_OVER_COLUMNS: Algebra = _ARITHMETIC | _ORDER | {  # type: ignore[operator]
    "constant": ibis.literal,
    "/": lambda left, right: left.cast("float64") / right.cast("float64").nullif(0),
    "not": operator.invert,
    "and": lambda *parts: reduce(operator.and_, parts),
    "or": lambda *parts: reduce(operator.or_, parts),
    "when": lambda condition, then, otherwise: ibis.cases((condition, then), else_=otherwise),
    "min": ibis.least,
    "max": ibis.greatest,
    "coalesce": ibis.coalesce,
    "blank": lambda operand: operand.isnull(),
}  # fmt: skip

_OVER_VALUES: Algebra = {name: _unless_unknown(operation) for name, operation in (*_ARITHMETIC.items(), *_ORDER.items())} | {
    "constant": lambda value: value,
    "/": _unless_unknown(lambda left, right: left / right if right else None),
    "not": _unless_unknown(operator.not_),
    "and": lambda *parts: _decide(False, parts),
    "or": lambda *parts: _decide(True, parts),
    "when": lambda condition, then, otherwise: then if condition else otherwise,
    "min": _pick_known(min),
    "max": _pick_known(max),
    "coalesce": lambda *operands: next((one for one in operands if one is not None), None),
    "blank": lambda operand: operand is None,
}
