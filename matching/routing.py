"""Which stops a van calls at, and in which order: OR-Tools routing, one vehicle, hours and volume. Loading it is dear.

Of the permitted rounds the best keeps the most promises, then calls at the most stops, then costs the least (`Route.cost`). So few
stops that all orders can be gone through are solved to the end (`exhausting`). Of more, first rounds are improved by guided local search
(Voudouris and Tsang, 1999), which ends after so many solutions, not by the clock: the same stops give the same round on any machine. Around
what it finds, all orders are gone through once more.
"""

from collections.abc import Sequence
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from matching.exhausting import MOST_STOPS as MOST_TRIED
from matching.exhausting import exhaust
from matching.rounds import Route, Stop, Van, drive, follow, left_out, metres_a_minute, rank

MOST_STOPS = 40
SOLUTIONS = 600
"""So many are looked at from each start."""
SECONDS = 3
"""A net below that: where an order has no neighbour the search would turn in place."""
STARTS = (
    routing_enums_pb2.FirstSolutionStrategy.ALL_UNPERFORMED,
    routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION,
)
A_STOP, A_PROMISE = 10**7, 10**9
"""What leaving one out costs, in metres: more than any round is long."""


def plan(van: Van, stops: Sequence[Stop]) -> Route:
    """The best round found. Raises ValueError for more than MOST_STOPS stops, or two of one id."""
    if len(stops) > MOST_STOPS:
        raise ValueError(f"at most {MOST_STOPS} stops, got {len(stops)}")
    if len({stop.id for stop in stops}) < len(stops):
        raise ValueError("each stop has an id of its own")
    # In the order of their ids: that in which they were given changes nothing.
    possible = [stop for stop in sorted(stops, key=lambda each: each.id) if stop.litres <= van.litres]
    possible = [stop for stop in possible if follow(van, [stop]) is not None]
    order = exhaust(van, possible)
    if order is None:
        order = _closer(van, possible, search(van, possible))
    found = follow(van, order)
    if found is None:
        raise RuntimeError("the solver broke the hours")
    return Route(found.visits, found.leaves, found.returns, found.metres, left_out(van, stops, order))


def _closer(van: Van, stops: Sequence[Stop], order: Sequence[Stop]) -> list[Stop]:
    """The best of what was chosen and the nearest to it that was not, as many as can be gone through."""
    left = sorted(
        (stop for stop in stops if stop not in order),
        key=lambda stop: (
            not stop.promised,
            min((drive(van, stop.place, other.place)[0] for other in order), default=0),
        ),
    )
    found = exhaust(van, [*order, *left][: max(MOST_TRIED, len(order))])
    return list(order) if found is None else min(found, list(order), key=lambda each: rank(van, stops, each))


def search(van: Van, stops: Sequence[Stop]) -> list[Stop]:
    """A good order of the stops worth taking, near the best one but for rare cases; every one of them could be taken alone."""
    manager = pywrapcp.RoutingIndexManager(len(stops) + 1, 1, 0)
    model = pywrapcp.RoutingModel(manager)
    _drive(model, manager, van, stops)
    room = model.RegisterUnaryTransitVector([0, *(stop.litres for stop in stops)])
    model.AddDimension(room, 0, van.litres, True, "litres")
    for number, stop in enumerate(stops, 1):
        model.AddDisjunction([manager.NodeToIndex(number)], A_PROMISE if stop.promised else A_STOP)
    model.CloseModel()
    orders = [_improved(model, manager, start, stops) for start in STARTS]
    return min(orders, key=lambda order: rank(van, stops, order))


def _drive(model: Any, manager: Any, van: Van, stops: Sequence[Stop]) -> None:
    """Roads cost their metres, minutes away what the van drives in them."""
    places = [van.home, *(stop.place for stop in stops)]
    roads = [[drive(van, here, there) for there in places] for here in places]
    stay = [0, *(stop.minutes for stop in stops)]
    metres = model.RegisterTransitMatrix([[road[0] for road in row] for row in roads])
    minutes = model.RegisterTransitMatrix(
        [[road[1] + here for road in row] for here, row in zip(stay, roads, strict=True)]
    )
    model.SetArcCostEvaluatorOfAllVehicles(metres)
    model.AddDimension(minutes, van.minutes, van.minutes, False, "minutes")
    hours = model.GetDimensionOrDie("minutes")
    hours.SetSpanCostCoefficientForVehicle(metres_a_minute(van), 0)
    for number, stop in enumerate(stops, 1):
        hours.CumulVar(manager.NodeToIndex(number)).SetRange(stop.earliest, stop.last(van))
    # Home as soon as can be, and off no sooner than that asks for: else a wait would count as a drive.
    model.AddVariableMinimizedByFinalizer(hours.CumulVar(model.End(0)))
    model.AddVariableMaximizedByFinalizer(hours.CumulVar(model.Start(0)))


def _improved(model: Any, manager: Any, start: int, stops: Sequence[Stop]) -> list[Stop]:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = start
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.solution_limit = SOLUTIONS
    parameters.time_limit.seconds = SECONDS
    found = model.SolveWithParameters(parameters)
    order: list[Stop] = []
    index = found.Value(model.NextVar(model.Start(0))) if found is not None else model.End(0)
    while not model.IsEnd(index):
        order.append(stops[manager.IndexToNode(index) - 1])
        index = found.Value(model.NextVar(index))
    return order
