"""The data folder when several processes meet it for the first time at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from config.embedded.folder import DataFolder

TOGETHER = 8


def test_all_who_start_at_once_read_the_same_whole_key(tmp_path: Path) -> None:
    start = Barrier(TOGETHER)

    def meet(path: Path) -> str:
        folder = DataFolder(path)
        start.wait(120)
        folder.prepare()
        return folder.secret_key()

    with ThreadPoolExecutor(TOGETHER) as pool:
        for number in range(200):
            path = tmp_path / str(number)
            keys = set(pool.map(meet, [path] * TOGETHER))
            assert len(keys) == 1
            assert len(keys.pop()) >= 50
            assert [file.name for file in path.glob("secret_key*")] == ["secret_key"]


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "new")
    folder.prepare()
    folder.secret_key()
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600
