"""Files are written whole or not at all."""

import os
import stat

import pytest

from gametheory.errors import UsageError
from gametheory.files import replacing, write_text


def test_a_file_that_is_not_finished_leaves_what_was_there(tmp_path):
    path = tmp_path / "answer.json"
    write_text(path, "before")
    path.chmod(0o640)
    with pytest.raises(ZeroDivisionError), replacing(path, "w") as file:
        file.write("half" * 10_000)
        file.write(str(1 / 0))
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["answer.json"]
    write_text(path, "after")
    assert path.read_text() == "after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_of_any_other(tmp_path):
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "new", "")
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    finally:
        os.umask(before)


def test_names_as_long_as_the_system_allows_are_written(tmp_path):
    path = tmp_path / ("n" * 255)
    write_text(path, "long")
    assert path.read_text() == "long"
    with pytest.raises(UsageError, match="too long"):
        write_text(tmp_path / ("n" * 256), "longer")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
