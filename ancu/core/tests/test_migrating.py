"""The models that a migration works with are the same, however they came to be drawn."""

from typing import Any

from django.db import models
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, CreateModel, RemoveField, RemoveIndex
from django.db.migrations.state import ModelState, ProjectState, StateApps

from ancu.core.db.fast_migrations import render_changed_models_only

KEY = ("id", models.BigAutoField(primary_key=True))
STEPS = [
    CreateModel("Shelf", [KEY, ("name", models.CharField(max_length=10))]),
    CreateModel("Book", [KEY, ("shelf", models.ForeignKey("library.Shelf", models.CASCADE))]),
    AddIndex("book", models.Index(fields=["shelf"], name="book_shelf")),
    CreateModel("Reader", [KEY, ("books", models.ManyToManyField("library.Book"))]),
    AddConstraint("shelf", models.UniqueConstraint(fields=["name"], name="shelf_name")),
    AddField("book", "lent_to", models.ForeignKey("library.Reader", models.SET_NULL, null=True, related_name="lent")),
    AddIndex("shelf", models.Index(fields=["name"], name="shelf_by_name")),
    AlterField("shelf", "name", models.CharField(max_length=20)),
    RemoveIndex("book", "book_shelf"),
    RemoveField("reader", "books"),
]


def field_state(field: Any) -> tuple[str, str, str]:
    return field.name, str(field.deconstruct()), repr(field.related_model)


def model_states(apps: StateApps) -> dict[str, Any]:
    """What the steps to come may look at."""
    return {
        model.__name__: (
            [field_state(field) for field in model._meta.local_fields],
            [field_state(field) for field in model._meta.local_many_to_many],
            sorted((relation.name, repr(relation.related_model)) for relation in model._meta.related_objects),
            [entry.name for entry in (*model._meta.indexes, *model._meta.constraints)],
        )
        for model in apps.get_models(include_auto_created=True)
    }


def test_every_step_leaves_the_models_as_they_are_drawn_afresh() -> None:
    state = ProjectState()
    with render_changed_models_only():
        assert model_states(state.apps) == {}
        for step in STEPS:
            step.state_forwards("library", state)
            assert model_states(state.apps) == model_states(StateApps(set(), state.models)), step.describe()


def test_what_changes_no_column_draws_nothing() -> None:
    state = ProjectState()
    with render_changed_models_only():
        assert model_states(state.apps) == {}
        for step in STEPS[:2]:
            step.state_forwards("library", state)
        before = state.apps.get_model("library", "book")
        for step in (STEPS[2], STEPS[4]):
            step.state_forwards("library", state)
        assert state.apps.get_model("library", "book") is before
    assert ModelState.render.__module__ == "django.db.migrations.state", "nobody else's migrations are touched"
