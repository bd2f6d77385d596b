"""Whole lots exactly: CP-SAT over one problem. A module of its own because loading it is dear."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from matching.arrays import Ints
from matching.flow import Problem


def search(problem: Problem, start: Ints, *, effort: float) -> tuple[Ints, int]:
    """The best plan of whole lots found, and its bound in millionths, from a plan to start with.

    It ends after so much deterministic `effort` (see lots.EFFORT).
    """
    model = cp_model.CpModel()
    carried: list[Any] = []
    by_offer: dict[int, list[Any]] = {}
    by_need: dict[int, list[Any]] = {}
    terms: list[Any] = []
    for edge, (offer, need) in enumerate(zip(problem.offer.tolist(), problem.need.tolist(), strict=True)):
        units = int(problem.offered[offer]) if problem.lot[offer] else 1
        variable = model.new_int_var(0, 1 if problem.lot[offer] else int(problem.capacity[edge]), "")
        carried.append(variable)
        by_offer.setdefault(offer, []).append(variable)
        by_need.setdefault(need, []).append(units * variable)
        terms.append(int(problem.gain[edge]) * units * variable)
        model.add_hint(variable, int(start[edge]) // units)
    for offer, variables in by_offer.items():
        model.add(sum(variables) <= (1 if problem.lot[offer] else int(problem.offered[offer])))
    for need, amounts in by_need.items():
        model.add(sum(amounts) <= int(problem.asked[need]))
    model.maximize(sum(terms))
    solver = _solver(effort)
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return start, int((problem.offered * int(problem.gain.max(initial=0))).sum())
    units_of = np.array([solver.value(variable) for variable in carried], dtype=np.int64)
    flow = np.where(problem.lot[problem.offer], units_of * problem.offered[problem.offer], units_of)
    value = problem.value(flow)
    # The solver tells its bound as a float: a margin keeps it a bound where it is not the value itself.
    limit = value if status == cp_model.OPTIMAL else int(solver.best_objective_bound * (1 + 1e-12)) + 1
    return flow, max(value, limit)


def pack(
    problem: Problem, bundles: Sequence[Sequence[int]], start: Ints, *, effort: float
) -> tuple[Ints, bool]:
    """The best plan found in which each need holds one of its bundles, or nothing, from a plan to start with; and whether it is the best.

    A set packing: its relaxation is much closer than that of lots one by one.
    """
    model = cp_model.CpModel()
    by_offer: dict[int, list[Any]] = {}
    by_need: dict[int, list[Any]] = {}
    chosen = [model.new_bool_var("") for _ in bundles]
    worth = problem.gain * problem.offered[problem.offer]
    used = np.flatnonzero(start)
    held = {tuple(used[problem.need[used] == need].tolist()) for need in problem.need[used].tolist()}
    for variable, edges in zip(chosen, bundles, strict=True):
        by_need.setdefault(int(problem.need[edges[0]]), []).append(variable)
        for offer in problem.offer[edges].tolist():
            by_offer.setdefault(offer, []).append(variable)
        model.add_hint(variable, tuple(sorted(edges)) in held)
    for variables in (*by_offer.values(), *by_need.values()):
        model.add_at_most_one(variables)
    model.maximize(
        sum(int(worth[edges].sum()) * variable for variable, edges in zip(chosen, bundles, strict=True))
    )
    solver = _solver(effort)
    # Bundles are many and alike: presolving costs more than it brings.
    solver.parameters.cp_model_presolve = False
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return start, False
    flow = np.zeros(len(problem), dtype=np.int64)
    for variable, edges in zip(chosen, bundles, strict=True):
        if solver.value(variable):
            flow[edges] = problem.offered[problem.offer[edges]]
    return flow, status == cp_model.OPTIMAL


def _solver(effort: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = effort
    solver.parameters.relative_gap_limit = 0
    return solver
