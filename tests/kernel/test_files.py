import pytest

from guisach.kernel.files import whole_file


def test_a_file_appears_when_it_is_whole(tmp_path):
    target = tmp_path / "list.csv"
    with whole_file(target) as out:
        out.write(b"first half, ")
        out.flush()
        assert not target.exists()
        out.write(b"second half")
    assert target.read_bytes() == b"first half, second half"
    assert list(tmp_path.iterdir()) == [target]


def test_what_goes_wrong_half_way_leaves_what_was_there(tmp_path):
    target = tmp_path / "list.csv"
    target.write_bytes(b"yesterday")
    with pytest.raises(ValueError, match="half way"), whole_file(target) as out:
        out.write(b"today")
        out.flush()
        raise ValueError("half way")
    assert target.read_bytes() == b"yesterday"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "nowhere" / "list.csv"):
        pytest.fail("there is nowhere to write")
