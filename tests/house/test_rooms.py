"""Rooms stand on floors, have one door, are layered inside, and lower rooms never know who leans on them."""

import ast

import pytest
from django.apps import apps
from django.db import models
from tests.house.source import FLOORS, Module, read_modules

DOORS = {"api", "data"}
OPEN_ROOMS = {"ui"}  # functions without state (formats, maps, charts): each of its modules is a door
LAYERS = (
    {"data"},
    {"rules"},
    {"models"},
    {"operations", "queries"},
    {"api"},
    {"forms"},
    {"views", "http", "tasks", "commands"},
    {"urls", "admin"},
)
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}


def find_floor_sins(modules: list[Module]) -> list[str]:
    """Imports of a higher room, or of a lower one by another way than its door."""
    sins = []
    for module in modules:
        for name in module.imports():
            target = name.split(".")
            if module.room is None or target[0] != "maillage" or len(target) < 2 or target[1] not in FLOORS or target[1] == module.room:
                continue
            if FLOORS.index(target[1]) > FLOORS.index(module.room):
                sins.append(f"{module.name} imports {name}: {target[1]} stands above {module.room}")
            elif target[1] not in OPEN_ROOMS and (len(target) < 3 or target[2] not in DOORS):
                sins.append(f"{module.name} imports {name}: enter {target[1]} by its api or data")
    return sins


def find_layer_sins(modules: list[Module]) -> list[str]:
    """Imports of a higher layer inside one room (models importing api, rules importing models…)."""
    sins = []
    for module in modules:
        for name in module.imports():
            target = name.split(".")
            same_room = module.room is not None and target[:2] == ["maillage", module.room] and len(target) > 2
            if same_room and RANK.get(target[2], -1) > RANK.get(module.part, len(LAYERS)):
                sins.append(f"{module.name} imports {name}: {target[2]} lies above {module.part}")
    return sins


def find_django_sins(modules: list[Module]) -> list[str]:
    """`rules` and `data` that import Django."""
    return [
        f"{module.name} imports {name}"
        for module in modules
        if module.part in {"rules", "data"}
        for name in module.imports()
        if name.split(".")[0] == "django"
    ]


def find_registration_sins(modules: list[Module]) -> list[str]:
    """Calls of `<door>.register_…` outside of an app's `ready()`: contributions come from above, at start."""
    sins = []
    for module in modules:
        if module.room is None:
            continue
        tree = module.tree
        ready = {
            id(call) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "ready" for call in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node).startswith("register_") and not (module.part == "apps" and id(node) in ready):
                sins.append(f"{module.name}:{node.lineno} calls {_called(node)} outside of AppConfig.ready()")
    return sins


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""


def find_relation_sins(relations: list[tuple[str, str, str]]) -> list[str]:
    """(room of the model, room it points to, related_name) that point up, or name a way back."""
    sins = []
    for here, there, related_name in relations:
        if there in FLOORS and FLOORS.index(there) > FLOORS.index(here):
            sins.append(f"a model of {here} points up to {there}")
        if not related_name.endswith("+"):
            sins.append(f"a relation of {here} to {there} gives the way back {related_name!r}: related_name must be '+'")
    return sins


def _relations() -> list[tuple[str, str, str]]:
    return [
        (model._meta.app_label, field.related_model._meta.app_label, field.remote_field.related_name or "")
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
    ]


def test_rooms_import_only_the_doors_of_lower_rooms() -> None:
    assert find_floor_sins(read_modules("maillage")) == []


def test_a_room_is_layered_inside() -> None:
    assert find_layer_sins(read_modules("maillage")) == []


def test_rules_and_data_know_no_django() -> None:
    assert find_django_sins(read_modules("maillage")) == []


def test_contributions_are_registered_from_ready() -> None:
    assert find_registration_sins(read_modules("maillage")) == []


def test_relations_point_down_without_a_way_back() -> None:
    assert find_relation_sins(_relations()) == []


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (find_floor_sins, "maillage.jobs.api", "from maillage.portal.api import x"),
        (find_floor_sins, "maillage.portal.views", "from maillage.jobs.models import Job"),
        (find_floor_sins, "maillage.portal.views", "import maillage.jobs.models"),
        (find_layer_sins, "maillage.jobs.models", "from maillage.jobs import api"),
        (find_layer_sins, "maillage.jobs.api", "from maillage.jobs.views import x"),
        (find_django_sins, "maillage.jobs.rules", "from django.utils import timezone"),
        (find_registration_sins, "maillage.portal.views", "from maillage.jobs import api\napi.register_job('x', print)"),
        (find_registration_sins, "maillage.portal.apps", "from maillage.jobs import api\napi.register_job('x', print)"),
    ],
)
def test_each_rule_sees_a_sinner(rule: object, name: str, text: str) -> None:
    assert len(rule([Module(name, text)])) == 1  # type: ignore[operator]


def test_the_rules_let_the_honest_pass() -> None:
    honest = Module("maillage.portal.apps", "from maillage.jobs import api\ndef ready(self):\n    api.register_job('x', print)")

    assert find_registration_sins([honest]) == find_floor_sins([honest]) == []


@pytest.mark.parametrize("relation", [("jobs", "portal", "+"), ("portal", "jobs", "back"), ("portal", "jobs", "")])
def test_a_relation_that_points_up_or_back_is_seen(relation: tuple[str, str, str]) -> None:
    assert len(find_relation_sins([relation])) == 1
