"""Linear and mixed-integer programs for HiGHS (Huangfu and Hall 2018): silent, one thread, one seed, so that the same gives the same."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from jauge.secrecy.cells import Flags, Floats, Ints


@dataclass(frozen=True, slots=True)
class Solution:
    """What was found: values by column, their cost, the proven lower bound of any cost, and the relative gap between both."""

    values: Floats
    cost: float
    bound: float
    gap: float


class Program:
    """Minimise or bound over `row_lower <= A x <= row_upper`, `lower <= x <= upper`.

    rows, columns, terms: (k,) the non-zero terms of A, each place once. cost: (n,), 0 when None. integer: (n,) which columns are whole.
    starts_again: it will be asked more than once.
    """

    def __init__(
        self,
        *,
        lower: Floats,
        upper: Floats,
        rows: Ints,
        columns: Ints,
        terms: Floats,
        row_lower: Floats,
        row_upper: Floats,
        cost: Floats | None = None,
        integer: Flags | None = None,
        time_limit_s: float | None = None,
        starts_again: bool = True,
    ) -> None:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(lower), len(row_lower)
        model.col_cost_ = np.zeros(len(lower)) if cost is None else cost
        model.col_lower_, model.col_upper_ = lower, upper
        model.row_lower_, model.row_upper_ = row_lower, row_upper
        order = np.lexsort((rows, columns))
        starts = np.searchsorted(columns[order], np.arange(len(lower) + 1))
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = starts.astype(np.int32)
        model.a_matrix_.index_ = rows[order].astype(np.int32)
        model.a_matrix_.value_ = terms[order]
        if integer is not None:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[int(whole)] for whole in integer]
        self._solver = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0)):
            self._solver.setOptionValue(name, value)
        if integer is None and starts_again:
            # From one bound to the next the simplex starts where it stood, and tells «infeasible» from «unbounded».
            self._solver.setOptionValue("presolve", "off")
        if time_limit_s is not None:
            self._solver.setOptionValue("time_limit", time_limit_s)
        self._solver.passModel(model)

    def bound(self, column: int) -> tuple[float, float] | None:
        """The least and the greatest value of one column; None when no point satisfies the rows."""
        self._solver.changeColCost(column, 1.0)
        ends = [self._optimise(sense) for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize)]
        self._solver.changeColCost(column, 0.0)
        return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])

    def _optimise(self, sense: Any) -> float | None:
        """The optimum, infinite where there is no end to it, None where nothing satisfies the rows."""
        self._solver.changeObjectiveSense(sense)
        for _ in range(2):
            self._solver.run()
            status = self._solver.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                return float(self._solver.getInfo().objective_function_value)
            if status == highspy.HighsModelStatus.kUnbounded:
                return np.inf if sense == highspy.ObjSense.kMaximize else -np.inf
            self._solver.clearSolver()  # a start from the last answer may leave it undecided: once more, from nothing
        return None

    def minimise(self) -> Solution | None:
        """The cheapest point, or the best found in the time given; None when there is none."""
        self._solver.run()
        info = self._solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        cost = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if np.isfinite(info.mip_gap) else cost
        values = np.asarray(self._solver.getSolution().col_value, dtype=np.float64)
        return Solution(values, cost, bound, (cost - bound) / max(abs(cost), 1e-9))
