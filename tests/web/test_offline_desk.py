"""What the server gives out for the offline desk: a shell that is the same for all, under a policy of its own."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from guisach.web.desk import views

pytestmark = pytest.mark.django_db


def test_the_page_is_the_same_for_all_and_sets_no_cookie():
    answers = [Client().get("/desk/", headers={"accept-language": language}) for language in ("vi", "en")]
    assert answers[0].content == answers[1].content
    assert not answers[0].cookies
    assert answers[0]["Cache-Control"] == "no-cache"


def test_only_the_desk_may_run_webassembly_and_nothing_inline_runs_anywhere():
    desk, portal = (Client().get(path)["Content-Security-Policy"] for path in ("/desk/", "/"))
    assert "'wasm-unsafe-eval'" in desk
    assert "'wasm-unsafe-eval'" not in portal
    assert "unsafe-inline" not in desk and "'unsafe-eval'" not in desk
    page = Client().get("/desk/").content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", page)


def test_all_that_the_page_names_is_given_out_and_kept_for_ever():
    page = Client().get("/desk/").content.decode()
    files = re.findall(r'(?:src|href)="(/desk/[^"]+)"', page)
    assert any(file.endswith(".js") for file in files)
    for file in files:
        answer = Client().get(file, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200, file
        if "/assets/" in file:
            assert "immutable" in answer["Cache-Control"]
            assert answer["Content-Encoding"] == "gzip"


def test_the_service_worker_comes_from_the_folder_that_it_serves_and_is_asked_anew_each_time():
    answer = Client().get("/desk/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    script = answer.content.decode()
    kept = set(re.findall(r'"?url"?:\s*["`](/desk/[^"`]*)["`]', script))
    assert "/desk/" in kept
    assert not any("zxing" in url for url in kept), "the scanner is no part of the first load"
    missing = [url for url in kept if Client().get(url).status_code != 200]
    assert not missing


def test_where_it_was_not_built_somebody_is_told_how(monkeypatch, tmp_path):
    monkeypatch.setattr(views, "BUILT", tmp_path)
    answer = Client().get("/desk/")
    assert answer.status_code == 503
    assert "tools/build.py" in answer.content.decode()


def test_it_is_only_looked_at():
    assert Client().post("/desk/").status_code == 405
