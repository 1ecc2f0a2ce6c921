"""The small language of formulas: names, numbers, arithmetic, comparisons, and five functions. Nothing else can be said in it.

`elig_thd30 + elig_thd100`, `when(nbr == 0, 0, inel_hd)`, `niveau == "COM" and not nbr < 5`. Python's parser reads the text, a closed
list of node kinds decides what may stand in it; nothing is ever evaluated as Python.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any

import ibis
import ibis.expr.types as ir

MAX_LENGTH = 1_000  # a formula longer than this is no formula an expert can check by eye
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: eq,
    ast.NotEq: ne,
    ast.Lt: lt,
    ast.LtE: le,
    ast.Gt: gt,
    ast.GtE: ge,
}
_FUNCTIONS: dict[str, tuple[int, int]] = {"when": (3, 3), "min": (2, 9), "max": (2, 9), "coalesce": (2, 9), "blank": (1, 1)}


class BadExpression(ValueError):
    """A formula that the language refuses; `column` is where, counted from 1."""

    code = "bad_expression"

    def __init__(self, text: str, problem: str, column: int = 1) -> None:
        super().__init__(f"{problem} (colonne {column} de « {text[:80]} »)")
        self.text, self.problem, self.column = text, problem, column


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that was read and found lawful. `names` are the columns it needs, in alphabetical order."""

    text: str
    names: tuple[str, ...]

    def compile(self, columns: Mapping[str, ir.Value]) -> Any:
        """Build the Ibis expression over `columns` (a missing column is null: the answer is null then; x / 0 is null too)."""
        return _compile(_read(self.text), columns)


def parse_expression(text: str) -> Expression:
    """Read a formula. Raises BadExpression, which says what was found, where, and what is expected.

    >>> parse_expression("elig_thd30 + elig_thd100").names
    ('elig_thd100', 'elig_thd30')
    >>> parse_expression("__import__('os')")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    jauge.indicators.expressions.BadExpression: fonction inconnue « __import__ » ; attendu : blank, coalesce, max, min, when (...)
    """
    tree = _read(text)
    _check(tree, text)
    return Expression(text, tuple(sorted({node.id for node in _walk_values(tree)})))


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


def _check(node: ast.expr, text: str) -> None:
    """Refuse what the language does not know."""

    def refuse(problem: str) -> BadExpression:
        return BadExpression(text, problem, node.col_offset + 1)

    match node:
        case ast.Constant(value=value) if type(value) in (int, float, str):
            return
        case ast.Name():
            if node.id.startswith("__"):
                raise refuse(f"« {node.id} » n’est pas une colonne")
            return
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()) | ast.BoolOp() | ast.UnaryOp(op=ast.Not() | ast.USub()):
            pass
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            pass
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            _check_call(name, node, refuse)
        case _:
            raise refuse("rien d’autre qu’un nom, un nombre, + - * /, une comparaison, and/or/not ou une fonction n’est permis")
    for child in _list_operands(node):
        _check(child, text)


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


def _compile(node: ast.expr, columns: Mapping[str, ir.Value]) -> Any:
    """Translate a checked tree into an Ibis expression."""
    match node:
        case ast.Constant(value=value):
            return ibis.literal(value)
        case ast.Name(id=name):
            return columns[name]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ~_compile(operand, columns)
        case ast.UnaryOp(operand=operand):
            return -_compile(operand, columns)
        case _:
            return _compile_many(node, [_compile(child, columns) for child in _list_operands(node)])


def _compile_many(node: ast.expr, operands: list[Any]) -> Any:
    """Translate an operation over operands that are already translated."""
    match node:
        case ast.BinOp(op=ast.Div()):
            return operands[0].cast("float64") / operands[1].cast("float64").nullif(0)
        case ast.BinOp(op=op):
            return _ARITHMETIC[type(op)](*operands)
        case ast.BoolOp(op=op):
            return reduce(and_ if isinstance(op, ast.And) else or_, operands)
        case ast.Compare(ops=[comparison]):
            return _COMPARISONS[type(comparison)](*operands)
        case ast.Call(func=ast.Name(id=name)):
            return _compile_call(name, operands)
    raise AssertionError(ast.dump(node))


def _compile_call(name: str, operands: list[Any]) -> Any:
    if name == "when":
        return ibis.cases((operands[0], operands[1]), else_=operands[2])
    if name == "blank":
        return operands[0].isnull()
    return {"min": ibis.least, "max": ibis.greatest, "coalesce": ibis.coalesce}[name](*operands)
