"""From lists of names, with ties and forbidden pairs, to compressed preference lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gametheory.errors import InputError, nearest
from gametheory.matching.labels import check_names
from gametheory.matching.preferences import IntArray, PreferenceLists, mates
from gametheory.matching.read_lists import lists_of_names


def build_two_sided(
    proposers: Mapping[str, Sequence[Any]],
    receivers: Mapping[str, Sequence[Any]] | Sequence[str],
    quotas: Mapping[str, int] | int | None,
    forbidden: Sequence[tuple[str, str]],
    priorities: bool,
    owns: Mapping[str, str] | None,
    sides: tuple[str, str],
    keep_mutual_only: bool,
) -> dict[str, Any]:
    """Return the fields of a two-sided `MatchingMarket`; see `MatchingMarket.from_lists`."""
    if not isinstance(sides, list | tuple) or len(sides) != 2:
        raise InputError(f"a market with receivers has two sides, not {sides!r}")
    _table(proposers, sides[0])
    if isinstance(receivers, str) or not isinstance(receivers, Iterable):
        raise InputError(f"'{sides[1]}' is a table of lists, or a list of names if they rank nobody")
    _switch({"keep_mutual_only": keep_mutual_only}, "keep_mutual_only")
    first_names, second_names = _text(proposers, sides[0]), _text(receivers, sides[1])
    first_index = {name: i for i, name in enumerate(first_names)}
    second_index = {name: i for i, name in enumerate(second_names)}
    first = lists_of_names(proposers, first_names, second_index, sides[1])
    if isinstance(receivers, Mapping):
        second = lists_of_names(receivers, second_names, first_index, sides[0])
    else:
        second = indifferent(first)
        priorities = True
    banned = _pairs(forbidden, first_index, second_index, sides)
    first, second = _without(first, banned), _without(second, banned[::-1])
    if keep_mutual_only:
        first, second = _mutual(first, second)
    endowment = None
    if owns is not None:
        endowment = np.full(len(first_names), -1, dtype=np.int64)
        for owner, thing in _table(owns, "owns").items():
            endowment[_index(first_index, owner, sides[0])] = _index(second_index, thing, sides[1])
    return {
        "proposers": first,
        "receivers": second,
        "quotas": _quotas(quotas, second_index, sides[1]),
        "proposer_names": first_names,
        "receiver_names": second_names,
        "sides": sides,
        "priorities": priorities,
        "endowment": endowment,
    }


def build_one_sided(
    lists: Mapping[str, Sequence[Any]], forbidden: Sequence[tuple[str, str]], side: str, keep_mutual_only: bool
) -> dict[str, Any]:
    """Return the fields of a one-sided `MatchingMarket`; see `MatchingMarket.roommates`."""
    _table(lists, side)
    names = _text(lists, side)
    index = {name: i for i, name in enumerate(names)}
    own = lists_of_names(lists, names, index, side)
    one, two = _pairs(forbidden, index, index, (side, side))
    own = _without(own, (np.concatenate([one, two]), np.concatenate([two, one])))
    if keep_mutual_only:
        own = own.keep(mates(own, own) >= 0)
    return {
        "proposers": own,
        "receivers": own,
        "quotas": np.ones(len(names), dtype=np.int64),
        "proposer_names": names,
        "receiver_names": names,
        "sides": (side,),
    }


def indifferent(lists: PreferenceLists) -> PreferenceLists:
    """Return the other side's lists if it ranks nobody: all who list an object are tied there."""
    order = np.argsort(lists.targets, kind="stable")
    counts = np.bincount(lists.targets, minlength=lists.others)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    return PreferenceLists(offsets, lists.owners()[order], np.zeros(lists.targets.size, dtype=np.int32), len(lists))


def _text(names: Iterable[Any], side: str) -> tuple[str, ...]:
    result = tuple(str(n) for n in names)
    check_names(result, len(result), side)
    return result


def _index(index: Mapping[str, int], name: Any, side: str) -> int:
    if str(name) not in index:
        raise InputError(f"'{name}' is not one of the {side}", remedy=nearest(str(name), index))
    return index[str(name)]


def _pairs(
    pairs: Any, first: Mapping[str, int], second: Mapping[str, int], sides: tuple[str, str]
) -> tuple[IntArray, IntArray]:
    if isinstance(pairs, str) or any(not isinstance(p, list | tuple) or len(p) != 2 for p in pairs):
        raise InputError("a forbidden pair is two names")
    one = [_index(first, a, sides[0]) for a, _ in pairs]
    two = [_index(second, b, sides[1]) for _, b in pairs]
    return np.array(one, dtype=np.int64), np.array(two, dtype=np.int64)


def _without(lists: PreferenceLists, pairs: tuple[IntArray, ...]) -> PreferenceLists:
    if pairs[0].size == 0:
        return lists
    banned = pairs[0] * lists.others + pairs[1]
    return lists.keep(~np.isin(lists.owners() * lists.others + lists.targets, banned))


def _mutual(first: PreferenceLists, second: PreferenceLists) -> tuple[PreferenceLists, PreferenceLists]:
    return first.keep(mates(first, second) >= 0), second.keep(mates(second, first) >= 0)


def _quotas(quotas: Mapping[str, int] | int | None, index: Mapping[str, int], side: str) -> IntArray:
    result = np.ones(len(index), dtype=np.int64)
    if quotas is None:
        return result
    if not isinstance(quotas, Mapping):
        quotas = dict.fromkeys(index, quotas)
    for name, quota in quotas.items():
        if isinstance(quota, bool) or not isinstance(quota, int | np.integer):
            raise InputError(f"the quota of '{name}' is not a whole number: {quota}")
        if quota >= 2**31:
            raise InputError(f"the quota of '{name}' is too large: {quota}", remedy=f"at most {2**31 - 1}")
        result[_index(index, name, side)] = quota
    return result


_NAMED_KEYS = (
    "sides",
    "proposers",
    "receivers",
    "quotas",
    "endowment",
    "weights",
    "forbidden",
    "priorities",
    "keep_mutual_only",
)


#: Keys that say nothing of agents who match among themselves.
TWO_SIDED = ("quotas", "endowment", "weights", "priorities")


def build_named(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a `MatchingMarket` from lists of names; see `MatchingMarket.from_data`."""
    for key in data:
        if key not in _NAMED_KEYS:
            raise InputError(f"a MatchingMarket has no '{key}'", remedy=nearest(key, _NAMED_KEYS))
    for side, known in (("proposers", ("lists",)), ("receivers", ("lists", "names"))):
        for key in data[side] if isinstance(data.get(side), Mapping) else ():
            if key not in known:
                outside = f"write '{key}' beside '{side}', not inside it"
                remedy = outside if key in _NAMED_KEYS else nearest(str(key), (*known, *_NAMED_KEYS))
                raise InputError(f"'{side}' has no '{key}'", remedy=remedy)
    first = _table(data["proposers"].get("lists"), "proposers.lists")
    forbidden, mutual = data.get("forbidden", []), _switch(data, "keep_mutual_only")
    if not isinstance(forbidden, list | tuple):
        raise InputError("'forbidden' is a list of pairs of names")
    sides = data.get("sides")
    if sides is not None and (not isinstance(sides, list | tuple) or not all(isinstance(s, str) for s in sides)):
        raise InputError("'sides' is a list of one or two names")
    if data.get("receivers") is None:
        idle = next((key for key in TWO_SIDED if data.get(key) is not None), None)
        if idle is not None:
            raise InputError(f"'{idle}' is of markets with two sides", remedy="add 'receivers', or leave it out")
        fields = build_one_sided(first, forbidden, sides[0] if sides else "agents", mutual)
        return fields | {"sides": tuple(sides) if sides else ("agents",)}
    second = data["receivers"]
    if not isinstance(second, Mapping) or not ("lists" in second or isinstance(second.get("names"), list | tuple)):
        raise InputError("'receivers' has 'lists', or 'names' if they rank nobody")
    quotas = data.get("quotas")
    if quotas is not None and not isinstance(quotas, Mapping | int):
        raise InputError("'quotas' is a table of name to whole number, or one whole number")
    owns = data.get("endowment")
    pair = tuple(sides) if sides else ("proposers", "receivers")
    if len(pair) != 2:
        raise InputError("a market with receivers has two sides")
    fields = build_two_sided(
        first,
        _table(second["lists"], "receivers.lists") if "lists" in second else list(second["names"]),
        quotas,
        forbidden,
        _switch(data, "priorities"),
        None if owns is None else _table(owns, "endowment"),
        (pair[0], pair[1]),
        mutual,
    )
    if data.get("weights") is not None:
        fields["weights"] = _weights(fields, _table(data["weights"], "weights"))
    return fields


def _weights(fields: Mapping[str, Any], weights: Mapping[str, Any]) -> list[Any]:
    """Return the worth of each entry: 1 where none is given."""
    lists: PreferenceLists = fields["proposers"]
    first = {name: i for i, name in enumerate(fields["proposer_names"])}
    second = {name: j for j, name in enumerate(fields["receiver_names"])}
    worth = {
        (_index(first, agent, fields["sides"][0]), _index(second, thing, fields["sides"][1])): value
        for agent, own in weights.items()
        for thing, value in _table(own, f"weights.{agent}").items()
    }
    entries = zip(lists.owners().tolist(), lists.targets.tolist(), strict=True)
    result = [worth.pop(entry, 1) for entry in entries]
    if worth:
        agent, thing = next(iter(worth))
        raise InputError(f"'{list(first)[agent]}' has a weight for '{list(second)[thing]}' and does not list it")
    return result


def _switch(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise InputError(f"'{name}' is true or false, not {value!r}")
    return value


def _table(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"'{name}' is a table of named entries, not {value!r}")
    return value
