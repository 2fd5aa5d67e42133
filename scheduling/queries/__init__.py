"""Rows of scheduling as facts, each read with a fixed number of queries.

roster         whom a schedule offers at an instant: what every call reads
facts, gaps    all that decides in a window; when nobody can be reached in it
people         people, services and bare numbers, with what to ring
supervisors    who is told, and rung last
time_off       when people are away
colleagues     on which schedules a person has shifts, and with whom
diverts        those in force or coming, and what is told of them
rotations      their rules, and the shifts that these have not written yet
organisation   the settings of the house
statements     the SQL of the hot reads
keys           ids as the indexes want them
"""

from __future__ import annotations

from scheduling.queries.colleagues import colleagues_on, schedules_of
from scheduling.queries.diverts import (
    author_name,
    covers,
    divert_facts,
    divert_goal,
    divert_zone,
    diverts_from,
    number_divert,
)
from scheduling.queries.facts import Rotas, load_facts, load_rotas, load_written
from scheduling.queries.gaps import (
    gaps,
    intended_gaps,
    load_gaps,
    load_gaps_of,
    load_holes,
    required_periods,
)
from scheduling.queries.organisation import house
from scheduling.queries.people import (
    bare_number,
    load_assignees,
    load_people,
    load_presence,
    why_unreachable,
)
from scheduling.queries.roster import load_around, load_roster
from scheduling.queries.rotations import (
    coming_shifts,
    holidays_for,
    rule_of,
)
from scheduling.queries.supervisors import (
    organisation_supervisors,
    reachable,
    supervisor_ids,
    supervisors_by_mail,
)
from scheduling.queries.time_off import load_time_off

__all__ = [
    "Rotas",
    "author_name",
    "bare_number",
    "colleagues_on",
    "coming_shifts",
    "covers",
    "divert_facts",
    "divert_goal",
    "divert_zone",
    "diverts_from",
    "gaps",
    "holidays_for",
    "house",
    "intended_gaps",
    "load_around",
    "load_assignees",
    "load_facts",
    "load_gaps",
    "load_gaps_of",
    "load_holes",
    "load_people",
    "load_presence",
    "load_roster",
    "load_rotas",
    "load_time_off",
    "load_written",
    "number_divert",
    "organisation_supervisors",
    "reachable",
    "required_periods",
    "rule_of",
    "schedules_of",
    "supervisor_ids",
    "supervisors_by_mail",
    "why_unreachable",
]
