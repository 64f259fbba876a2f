"""Getting files: cache, checksums, proxies, and plain words when the machine is offline."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drawdown.data import fetch
from drawdown.data.problems import DataError
from drawdown.data.sources import DataSource

BODY = b"id,text\n1,x\n"


class Maker(http.server.BaseHTTPRequestHandler):
    """Serves BODY, a 404, a short body, or (asked as a proxy) the address that it was asked for."""

    asked: list[str] = []  # noqa: RUF012 - one list for the one server of a test

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.endswith("/none"):
            self.send_error(404, "no such file")
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY) + (9 if self.path.endswith("/short") else 0)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    Maker.asked.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Maker)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRAWDOWN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "data"


def source(url: str) -> DataSource:
    return DataSource(
        "made-up", "Title", "The maker", "a licence", "cite so", "https://example.org", url, "ask the maker", "f-{version}.csv", "1"
    )


def test_download_then_cache(maker: str, cache: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    first = fetch.get(source(f"{maker}/{{version}}.csv"), progress=lambda done, total: seen.append((done, total)))
    assert first.path == cache / "made-up" / "f-1.csv"
    assert first.path.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert not first.cached
    note = json.loads((cache / "made-up" / "f-1.csv.json").read_text())
    assert (note["sha256"], note["licence"], note["from"]) == (first.sha256, "a licence", f"{maker}/1.csv")
    second = fetch.get(source(f"{maker}/{{version}}.csv"))
    assert second.cached
    assert second.sha256 == first.sha256
    assert len(Maker.asked) == 1
    assert not [p for p in first.path.parent.iterdir() if p.name.startswith(".part-")]


def test_a_changed_file_is_refused(maker: str, cache: Path) -> None:
    made = source(f"{maker}/f")
    path = fetch.get(made).path
    path.write_bytes(b"other")
    with pytest.raises(DataError, match="not the expected"):
        fetch.get(made)
    with pytest.raises(DataError, match="not the expected"):
        fetch.get(made, again=True, sha256="0" * 64)
    assert path.read_bytes() == b"other"
    assert fetch.get(made, again=True).checked == "as expected"
    with pytest.raises(DataError, match="not the expected"):
        fetch.get(replace(made, sha256={"1": "ab" * 32}), again=True)


def test_offline_says_so_and_takes_a_file(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made = source(f"http://127.0.0.1:{free.getsockname()[1]}/f")
    with pytest.raises(DataError, match=r"offline.*--file") as caught:
        fetch.get(made)
    assert caught.value.exit_code == 2
    assert list(cache.rglob("f-*")) == []
    given = tmp_path / "given.csv"
    given.write_bytes(BODY)
    assert fetch.get(made, file=given).path.read_bytes() == BODY
    with pytest.raises(DataError, match="no such file"):
        fetch.get(made, file=tmp_path / "absent.csv")


def test_a_proxy_of_the_environment_is_used(maker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", maker)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    fetch.get(source("http://data.example.invalid/f"))
    assert Maker.asked == ["http://data.example.invalid/f"]


@pytest.mark.parametrize(("path", "message"), [("/none", "answered 404 .*: no such file"), ("/short", "ended before the file was whole")])
def test_a_broken_download_leaves_nothing(maker: str, cache: Path, path: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        fetch.get(source(maker + path))
    assert [p for p in cache.rglob("*") if p.is_file()] == []


def test_a_file_larger_than_any_source_is_given_up(maker: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LARGEST", 4)
    monkeypatch.setattr(fetch, "CHUNK", 4)
    with pytest.raises(DataError, match="more than 4 bytes; this is not the expected file"):
        fetch.get(source(f"{maker}/f"))
    assert [p for p in cache.rglob("*") if p.is_file()] == []


def test_what_lies_there_stays_until_the_new_file_is_right(maker: str, cache: Path) -> None:
    """Pooch by itself replaces a file whose checksum is another; here it must be told, and nothing is lost by a broken download."""
    path = fetch.get(source(f"{maker}/f")).path
    for broken in ("/none", "/short"):
        with pytest.raises(DataError):
            fetch.get(source(maker + broken), again=True)
    assert path.read_bytes() == BODY
    assert sorted(p.name for p in cache.rglob("*")) == ["f-1.csv", "f-1.csv.json", "made-up"]


def test_nothing_but_our_words_is_said(maker: str, capfd: pytest.CaptureFixture[str]) -> None:
    fetch.get(source(f"{maker}/f"))
    assert capfd.readouterr() == ("", "")


def test_an_account_is_asked_for_and_odd_versions_refused() -> None:
    with pytest.raises(DataError, match=r"account or a form.*ask the maker"):
        fetch.get(source(""))
    for version in ("../../etc/passwd", "1/2", "a b"):
        with pytest.raises(DataError, match="expected letters, digits"):
            fetch.get(source("http://127.0.0.1/f"), version=version)
    with pytest.raises(DataError, match="needs a country"):
        fetch.get(replace(source("http://127.0.0.1/{country}")))


def test_an_unwritable_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("DRAWDOWN_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match="cannot be written"):
        fetch.get(source("http://127.0.0.1/f"), file=tmp_path / "file")
