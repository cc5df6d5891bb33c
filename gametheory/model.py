"""What a plugin author writes: a model, its parameters, and the conditions between them."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PydanticUserError, ValidationError, model_validator

from gametheory.errors import GameTheoryError, InputError, ModelError, UsageError, nearest
from gametheory.limits import LimitReached
from gametheory.notebook import Displayed

if TYPE_CHECKING:
    from gametheory.claims import Claim
    from gametheory.engine import Engine
    from gametheory.figures import Figure
    from gametheory.solution import Form, Solution

#: The version of what a plugin author relies on. A plugin may state the one it was written for in `requires_api`.
API_VERSION = 1
SUPPORTED_API_VERSIONS = frozenset({1})


def parameter(
    default: Any = ...,
    *,
    doc: str = "",
    unit: str = "",
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    default_factory: Callable[[], Any] | None = None,
) -> Any:
    """Declare a parameter of a model.

    Parameters
    ----------
    default : object
        Its default; left out, the user must give it.
    doc : str
        One line: what it is.
    unit : str
        Its unit, as text; empty for a pure number.
    ge, gt, le, lt : number, optional
        Bounds, checked before anything is built.
    default_factory : callable, optional
        Makes the default, for lists and tables.
    """
    declared: dict[str, Any] = {"description": doc, "ge": ge, "gt": gt, "le": le, "lt": lt}
    if unit:
        declared["json_schema_extra"] = {"unit": unit}
    if default_factory is not None:
        return Field(default_factory=default_factory, **declared)
    return Field(default, **declared)


@dataclass(frozen=True)
class Constraint:
    """A condition between parameters.

    Attributes
    ----------
    name : str
        The condition as people write it: ``"rho_d + rho_u <= 1"``.
    holds : callable
        ``holds(model) -> bool``; written with operators that also work on arrays.
    remedy : str
        How to mend a violation.
    """

    name: str
    holds: Callable[[Any], Any]
    remedy: str = ""


class Model(Displayed, BaseModel):
    """A parametric definition that builds a form, or runs several, and reports named results.

    A subclass declares parameters as annotated fields and overrides `build` (one form) or `run` (several), and
    `report`. Everything else is optional.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=True, protected_namespaces=()
    )

    #: What the command line calls the model.
    name: ClassVar[str] = ""
    #: What counts as a solution of the form that `build` returns; empty for the form's own default.
    concept: ClassVar[str] = ""
    #: The paper, in one line.
    citation: ClassVar[str] = ""
    #: The numbered equations, tables, figures and propositions of the paper; each must be covered by a claim.
    statements: ClassVar[Sequence[str]] = ()
    claims: ClassVar[Sequence[Claim]] = ()
    constraints: ClassVar[Sequence[Constraint]] = ()
    figures: ClassVar[Sequence[Figure]] = ()
    #: What each result is, by name, with units.
    result_docs: ClassVar[Mapping[str, str]] = {}
    #: The units of results, by name; for labels of datasets.
    result_units: ClassVar[Mapping[str, str]] = {}
    #: By result that is a list or a table: the names of its axes, with the labels along each; no labels, ``()``, for
    #: those of the result itself, or positions.
    result_axes: ClassVar[Mapping[str, Mapping[str, Sequence[Any]]]] = {}
    #: Whether `evaluate` solves many parameter points in one call.
    vectorized: ClassVar[bool] = False
    #: The API version the plugin was written for, if it says so.
    requires_api: ClassVar[int | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _check_declarations(cls)
        for field, annotation in inspect.get_annotations(cls).items():
            if field in RESERVED_NAMES and "ClassVar" not in str(annotation):
                raise ModelError(
                    f"parameter '{field}' of {cls.__name__} shadows Model.{field}", remedy="give it another name"
                )

    def __repr__(self) -> str:
        return BaseModel.__repr__(self)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in type(self).model_fields:
            raise UsageError(f"the parameters of {self.label()} stay as they are", remedy=f"write .with_({name}=...)")
        super().__setattr__(name, value)

    def __init__(self, **parameters: Any) -> None:
        unknown = sorted(set(parameters) - set(type(self).model_fields))
        if unknown:
            raise UsageError(
                f"{self.label()} has no parameter '{unknown[0]}'", remedy=nearest(unknown[0], type(self).model_fields)
            )
        try:
            super().__init__(**parameters)
        except ValidationError as error:
            raise _as_input_error(self.label(), error) from None
        except GameTheoryError:
            raise
        except Exception as error:
            raise model_error(error, f"reading the parameters of {self.label()}", source_file(type(self))) from error

    @model_validator(mode="after")
    def _conditions_hold(self) -> Self:
        for constraint in self.constraints:
            if not constraint.holds(self):
                raise InputError(
                    f"{self.label()}: the parameters violate {constraint.name}", remedy=constraint.remedy or None
                )
        return self

    @classmethod
    def label(cls) -> str:
        """Return the model's name, or its class name if it has none."""
        return cls.name or cls.__name__

    def build(self) -> Form:
        """Return the form these parameters define."""
        raise ModelError(f"{self.label()} defines neither build nor run")

    def run(self, engine: Engine) -> Solution:
        """Solve what must be solved with `engine` and return the main solution; `build` and one solve by default."""
        form = self.build()
        if not hasattr(form, "to_data"):
            raise ModelError(
                f"{self.label()}.build returned {type(form).__name__}, not a form", place=source_file(type(self))
            )
        return engine.solve(form, concept=self.concept or None)

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the results by name, from the solution alone; by default what the kind of form reports by itself."""
        from gametheory.engine import report_of_form

        return report_of_form(solution)

    def derivatives(self, solution: Solution) -> Mapping[str, Mapping[str, Any]]:
        """Return derivatives known in closed form, by result and parameter: ``{"bid": {"bidders": ...}}``."""
        return {}

    @classmethod
    def evaluate(
        cls, *, results: Sequence[str] | None = None, invalid: Literal["raise", "mask"] = "raise", **parameters: Any
    ) -> Mapping[str, Any]:
        """Solve many parameter points in one call; for models that set `vectorized`.

        Parameters
        ----------
        results : sequence of str, optional
            Which results; all by default.
        invalid : str
            ``raise`` if a point is out of bounds; or ``mask`` it: the answer then has ``valid``, an array of booleans.
        **parameters
            Numbers, or arrays of floats or fractions that are broadcast together; words, lists and tables are single.

        Returns
        -------
        mapping of str to array
            Of booleans, integers, floats or text, points first, as `as_arrays` arranges one point's results; NaN where
            undefined.
        """
        raise ModelError(f"{cls.label()} does not solve many points in one call")

    @classmethod
    def as_arrays(cls, results: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the results of one point in the shapes that `evaluate` gives them."""
        return results

    def with_(self, **changes: Any) -> Self:
        """Return a copy with some parameters changed, validated anew."""
        return type(self)(**{**self.parameters(), **changes})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy as `with_` does; pydantic's own would not validate the changes."""
        return self.with_(**(update or {}))

    def parameters(self) -> dict[str, Any]:
        """Return the parameters by name, defaults resolved."""
        return {field: getattr(self, field) for field in type(self).model_fields}

    def solve(self, **options: Any) -> Solution:
        """Solve the model; options as in `gametheory.solve`."""
        from gametheory.engine import solve

        return solve(self, **options)


def _check_declarations(model: type[Model]) -> None:
    """Refuse class attributes of the wrong kind where the class is declared.

    Raises
    ------
    ModelError
        Naming the attribute.
    """
    from gametheory.claims import Claim
    from gametheory.figures import Figure

    held = vars(model)
    for name in ("name", "concept", "citation"):
        if name in held and not isinstance(held[name], str):
            raise ModelError(f"{model.__name__}.{name} is {held[name]!r}, not text")
    if "requires_api" in held and not isinstance(held["requires_api"], int | None):
        raise ModelError(f"{model.__name__}.requires_api is {held['requires_api']!r}, not a whole number")
    for name, kind in (("claims", Claim), ("constraints", Constraint), ("figures", Figure), ("statements", str)):
        listed = held.get(name, ())
        if not isinstance(listed, list | tuple) or any(not isinstance(item, kind) for item in listed):
            raise ModelError(f"{model.__name__}.{name} is not a list of {kind.__name__}")
    for name in ("result_docs", "result_units", "result_axes"):
        if not isinstance(held.get(name, {}), Mapping):
            raise ModelError(f"{model.__name__}.{name} is not a table by result")
    if held.get("vectorized") and getattr(model.evaluate, "__func__", None) is Model.evaluate.__func__:  # type: ignore[attr-defined]
        raise ModelError(f"{model.__name__} is vectorized but does not define evaluate")
    ids = [claim.id for claim in held.get("claims", ())]
    twice = [i for i in ids if ids.count(i) > 1]
    if twice:
        raise ModelError(f"{model.__name__} has two claims with the id '{twice[0]}'")


#: Names a parameter may not have.
RESERVED_NAMES = frozenset(name for name in dir(Model) if not name.startswith("__"))


@contextmanager
def guarded(model: type[Model], doing: str) -> Iterator[None]:
    """Turn what a model's Python raises into a `ModelError` that names its file and line."""
    try:
        yield
    except (GameTheoryError, LimitReached, KeyboardInterrupt):
        raise
    except BaseException as error:  # a model that calls sys.exit must not end the program in silence
        raise model_error(error, f"{doing} of {model.label()}", source_file(model)) from error


def model_error(error: BaseException, doing: str, file: str | None) -> ModelError:
    """Describe an exception of a model's Python: the innermost line in its own file, or the innermost of all."""
    if isinstance(error, SyntaxError) and error.filename:
        return ModelError(f"{doing}: {error.msg}", place=f"{error.filename}:{error.lineno}:{error.offset}")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith("<frozen")]
    own = [f for f in frames if file is not None and Path(f.filename) == Path(file)] or list(frames)
    place = f"{own[-1].filename}:{own[-1].lineno}" if own else file
    if isinstance(error, PydanticUserError) and error.code == "model-field-missing-annotation":
        field = str(error).replace("`", "'").split("'")[1].split(" ")[0]
        return ModelError(
            f"{doing}: parameter '{field}' has no type", place=place, remedy=f"write {field}: Number = parameter(...)"
        )
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = "an exception that cannot be shown"
    return ModelError(f"{doing} raised {type(error).__name__}: {text}", place=place)


def source_file(model: type[Model]) -> str | None:
    """Return the file that defines a model, if it has one."""
    try:
        return inspect.getsourcefile(model)
    except TypeError:
        return None


def refuse_beyond_floats(model: Model) -> None:
    """Refuse parameters that floats cannot hold, before the model meets them.

    Raises
    ------
    InputError
        Naming the parameter.
    """
    from gametheory.trees import leaves

    for path, value in leaves(model.parameters()):
        if not isinstance(value, Fraction):
            continue
        try:
            size = "small" if value and not float(value) else ""
        except OverflowError:
            size = "large"
        if size:
            raise InputError(
                f"{model.label()}, parameter '{path}': this number is too {size} for a float",
                remedy="solve exactly, or change units",
            )


def _as_input_error(label: str, error: ValidationError) -> GameTheoryError:
    """Report the first of pydantic's complaints as one line about one parameter."""
    first = error.errors(include_url=False)[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, GameTheoryError) and not first["loc"]:
        return cause
    where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"]).lstrip(".") or "parameters"
    if first["type"] == "missing":
        return UsageError(f"{label} needs parameter '{where}'", remedy=f"give it with --set {where}=VALUE")
    said = cause.message if isinstance(cause, GameTheoryError) else first["msg"]
    remedy = cause.remedy if isinstance(cause, GameTheoryError) else None
    given = first["input"]
    shown = str(given) if isinstance(given, Fraction) else repr(given)
    message = said if isinstance(cause, GameTheoryError) else f"{said[0].lower()}{said[1:]}, not {shown[:80]}"
    return InputError(message, place=f"{label}, parameter '{where}'", remedy=remedy)
