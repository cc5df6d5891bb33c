import sys
import types
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import EntryPoint

import pytest

from gametheory import Model, Number, parameter
from gametheory import plugins as discovery
from gametheory.errors import ModelError, UsageError
from gametheory.plugins import load_file


def entry(name, module):
    return EntryPoint(name, module, discovery.GROUP)


def module_with(name, **members):
    module = types.ModuleType(name)
    for key, value in members.items():
        if isinstance(value, type):
            value.__module__ = name
        setattr(module, key, value)
    return module


def make(label, **attributes):
    return type(
        label.title(),
        (Model,),
        {"name": label, "__annotations__": {"size": Number}, "size": parameter(1), **attributes},
    )


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Install plugins for one test."""

    def do(**modules):
        entries = []
        for name, module in modules.items():
            if isinstance(module, str):
                (tmp_path / f"{name}.py").write_text(module)
                monkeypatch.syspath_prepend(tmp_path)
            else:
                monkeypatch.setitem(sys.modules, name, module)
            entries.append(entry(name, name))
        monkeypatch.setattr(discovery, "entry_points", lambda group: entries)
        discovery.plugins.cache_clear()

    yield do
    discovery.plugins.cache_clear()


def test_a_plugin_that_raises_is_listed_and_the_others_work(install):
    install(
        good_plugin=module_with("good_plugin", A=make("alpha")), bad_plugin="x = 1\nraise RuntimeError('on import')\n"
    )
    assert list(discovery.models()) == ["alpha"]
    bad = next(p for p in discovery.plugins() if p.name == "bad_plugin")
    assert "RuntimeError: on import" in bad.error
    assert "bad_plugin.py:2" in bad.error
    with pytest.raises(ModelError, match="on import"):
        discovery.model_class("bad_plugin")


def test_a_syntax_error_is_named_by_its_line(install):
    install(odd_plugin="x = 1\ndef f(:\n")
    assert "odd_plugin.py:2" in discovery.plugins()[0].error


def test_a_name_registered_twice_is_refused_with_both_origins(install):
    install(one=module_with("one", A=make("same")), two=module_with("two", A=make("same"), B=make("other")))
    with pytest.raises(UsageError, match=r"one\):Same.*two\):Same"):
        discovery.model_class("same")
    assert list(discovery.models()) == ["other"]
    assert list(discovery.duplicates()) == ["same"]


def test_a_plugin_for_another_api_version_is_refused(install):
    install(future=module_with("future", A=make("later", requires_api=99)))
    assert "API version 99" in discovery.plugins()[0].error


def test_a_plugin_without_models_says_so(install):
    install(empty=module_with("empty", x=1))
    assert "registers no model" in discovery.plugins()[0].error


def test_an_unknown_model_gets_the_nearest_names(install):
    install(one=module_with("one", A=make("front_running")))
    with pytest.raises(UsageError, match="did you mean 'front_running'"):
        discovery.model_class("front_runing")


def test_files(tmp_path, entry_file):
    assert discovery.load_file(entry_file).label() == "entry_deterrence"
    assert discovery.load_file(entry_file, "EntryDeterrence").label() == "entry_deterrence"
    with pytest.raises(UsageError, match="EntryDeterrence"):
        discovery.load_file(entry_file, "EntryDeterrance")
    syntax = tmp_path / "syntax.py"
    syntax.write_text("class X(:\n")
    with pytest.raises(ModelError) as caught:
        discovery.load_file(syntax)
    assert str(syntax) in caught.value.place
    assert ":1:" in caught.value.place
    (tmp_path / "none.py").write_text("x = 1\n")
    with pytest.raises(UsageError, match="defines no model"):
        discovery.load_file(tmp_path / "none.py")
    with pytest.raises(UsageError, match=r"entry\.py"):
        discovery.load_file(tmp_path / "enrty.py")


def test_a_file_that_two_threads_load_is_loaded_once(tmp_path):
    path = tmp_path / "slow.py"
    path.write_text(
        "import time\nfrom gametheory import Model\ntime.sleep(0.2)\n\n\nclass Slow(Model):\n    name = 'slow'\n"
    )
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(load_file, [path] * 4))
    assert [model.name for model in found] == ["slow"]
