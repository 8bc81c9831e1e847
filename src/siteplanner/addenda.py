"""What is worked out from a finished plan and shown beside it: forecasts, programme figures, notices, lifecycle costs."""

from __future__ import annotations

from siteplanner import lifecycle
from siteplanner.forecast import forecasts
from siteplanner.notices import notices
from siteplanner.plan import Plan
from siteplanner.programme import figures
from siteplanner.scenario.schema import Scenario


def complete(scenario: Scenario, plan: Plan) -> Plan:
    """Return the plan with its forecasts, figures, notices and lifecycle costs; nothing else of it changes."""
    addenda = {"forecasts": forecasts(scenario, plan), "figures": figures(scenario, plan), "notices": notices(scenario, plan)}
    return lifecycle.complete(scenario, plan.model_copy(update=addenda))
