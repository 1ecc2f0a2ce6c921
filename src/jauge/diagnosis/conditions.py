"""The conditions of rules: comparisons and arithmetic over named figures, with «unknown» where a figure is missing.

Three-valued as in SQL: `a < 0.5` is unknown (None) where `a` is; `and`, `or` and `not` follow Kleene's tables, so that a rule
never fires, nor is denied, on a figure that nobody has.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Value = float | bool | None

_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ALLOWED = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.BinOp,
    ast.Compare,
    ast.Name,
    ast.Load,
    ast.Constant,
    *_ARITHMETIC,
    *_COMPARISONS,
)
LONGEST_CONDITION = 500  # characters; a rule that needs more is two rules, and parsing stays shallow


class UnsafeCondition(ValueError):
    """A condition holds something else than names, numbers, comparisons, arithmetic, `and`, `or` and `not`."""

    code = "unsafe_condition"


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition: its text, and the names of the figures that it reads, sorted."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    def evaluate(self, values: Mapping[str, float | None]) -> Value:
        """Answer on figures by name; a name absent from `values` counts as unknown, a division by zero too.

        >>> parse_condition("a / b < 0.5").evaluate({"a": 1, "b": 4})
        True
        >>> parse_condition("a < 0.5").evaluate({}) is None
        True
        """
        return _evaluate(self.tree, values)


def parse_condition(text: str) -> Condition:
    """Read a condition such as `fixed_share_30mbps < 0.5 and fixed_premises > 100`. Raises UnsafeCondition."""
    if len(text) > LONGEST_CONDITION:
        raise UnsafeCondition(f"longer than {LONGEST_CONDITION} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise UnsafeCondition(f"{text!r} cannot be read: {error}") from error
    for node in ast.walk(tree):
        _check_node(node)
    names = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})
    return Condition(text=text.strip(), names=tuple(names), tree=tree.body)


def _check_node(node: ast.AST) -> None:
    if not isinstance(node, _ALLOWED):
        raise UnsafeCondition(f"{type(node).__name__} is not allowed in a condition")
    if isinstance(node, ast.Constant) and (isinstance(node.value, bool) or not isinstance(node.value, int | float)):
        raise UnsafeCondition(f"{node.value!r} is not a number")


def _evaluate(node: ast.expr, values: Mapping[str, float | None]) -> Value:
    match node:
        case ast.Constant(value=number):
            return float(number)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return values.get(name)
        case ast.UnaryOp():
            return _apply_unary(node, values)
        case ast.BinOp():
            return _calculate(node, values)
        case ast.Compare():
            return _compare(node, values)
        case ast.BoolOp(op=op, values=parts):
            return _combine([_evaluate(part, values) for part in parts], all_needed=isinstance(op, ast.And))
    raise UnsafeCondition(type(node).__name__)


def _apply_unary(node: ast.UnaryOp, values: Mapping[str, float | None]) -> Value:
    answer = _evaluate(node.operand, values)
    if answer is None:
        return None
    return not answer if isinstance(node.op, ast.Not) else -answer


def _calculate(node: ast.BinOp, values: Mapping[str, float | None]) -> float | None:
    left, right = _evaluate(node.left, values), _evaluate(node.right, values)
    if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
        return None
    return _ARITHMETIC[type(node.op)](left, right)


def _compare(node: ast.Compare, values: Mapping[str, float | None]) -> bool | None:
    operands = [_evaluate(part, values) for part in (node.left, *node.comparators)]
    answers: list[Value] = [
        None if left is None or right is None else _COMPARISONS[type(op)](left, right)
        for op, left, right in zip(node.ops, operands, operands[1:], strict=False)
    ]
    return _combine(answers, all_needed=True)


def _combine(answers: list[Value], *, all_needed: bool) -> bool | None:
    """Kleene's `and` (all_needed) and `or`: the deciding answer wins over the unknown ones."""
    decisive = not all_needed
    if any(answer is not None and bool(answer) is decisive for answer in answers):
        return decisive
    return None if None in answers else all_needed
