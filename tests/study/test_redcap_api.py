"""The API reader against a server on this machine that answers as REDCap does."""

from __future__ import annotations

import csv
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from poems_report.errors import StudyError, UsageError
from poems_report.study.redcap import import_redcap
from poems_report.study.redcap.api import fetch

TOKEN = "0123456789ABCDEF0123456789ABCDEF"  # noqa: S105
METADATA = (
    "field_name,form_name,section_header,field_type,field_label,select_choices_or_calculations,field_note,"
    "text_validation_type_or_show_slider_number,text_validation_min,text_validation_max,identifier,branching_logic,"
    "required_field,custom_alignment,question_number,matrix_group_name,matrix_ranking,field_annotation\n"
    "record_id,base,,text,Record,,,,,,,,,,,,,\n"
    'sex,base,,radio,Sex,"1, Male | 2, Female",,,,,,,,,,,,\n'
    "tx_date,base,,text,Date of infusion,,,date_ymd,,,,,,,,,,\n"
    "sample_date,labs,,text,Sample,,,date_ymd,,,,,,,,,,\n"
    "crp,labs,,text,CRP,,,,,,,,,,,,,\n"
)
RECORDS = (
    "record_id,redcap_repeat_instrument,redcap_repeat_instance,sex,tx_date,base_complete,sample_date,crp,labs_complete\n"
    "1,,,1,2021-03-01,2,,,\n1,labs,1,,,,2021-03-02,12,2\n1,labs,2,,,,2021-04-01,<5,2\n"
)


class Redcap(BaseHTTPRequestHandler):
    asked: ClassVar[list[dict[str, str]]] = []
    broken = ""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        self.asked.append(asked)
        if asked.get("token") != TOKEN:
            status, text = 403, "ERROR: You do not have permissions to use the API"
        else:
            text = self.broken or {"metadata": METADATA, "record": RECORDS}[asked["content"]]
            if asked["format"] == "json" and not self.broken:
                text = json.dumps(list(csv.DictReader(io.StringIO(text))))
            status = 200
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/csv; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def url(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(Redcap, "asked", [])
    server = HTTPServer(("127.0.0.1", 0), Redcap)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_export_and_dictionary_are_fetched_raw_and_can_be_imported(url, tmp_path):
    fetched = fetch(url, TOKEN, tmp_path / "redcap")
    assert fetched.export.read_text(encoding="utf-8") == RECORDS
    assert fetched.dictionary.read_text(encoding="utf-8") == METADATA
    (records,) = [one for one in Redcap.asked if one["content"] == "record"]
    assert (records["format"], records["rawOrLabel"], records["rawOrLabelHeaders"]) == ("csv", "raw", "raw")
    drafted = import_redcap(fetched.export, fetched.dictionary, tmp_path / "study")
    text = drafted.mapping.read_text(encoding="utf-8")
    assert 'day_zero: "tx_date"' in text
    assert 'value: "crp"' in text


def test_a_refused_token_is_said_without_the_token(url, tmp_path):
    wrong = "F" * 32
    with pytest.raises(StudyError, match="You do not have permissions to use the API") as caught:
        fetch(url, wrong, tmp_path / "redcap")
    assert wrong not in str(caught.value)
    assert not (tmp_path / "redcap").exists()


def test_an_answer_that_is_no_redcap_is_refused_and_not_kept(url, tmp_path, monkeypatch):
    monkeypatch.setattr(Redcap, "broken", "<html>maintenance</html>")
    with pytest.raises(StudyError, match="the server gave no data: no answer of REDCap"):
        fetch(url, TOKEN, tmp_path / "redcap")
    assert not (tmp_path / "redcap").exists()


def test_a_server_that_is_not_there_is_said(url, tmp_path):
    with pytest.raises(StudyError, match=r"127\.0\.0\.1: the server gave no data"):
        fetch("http://127.0.0.1:9/api/", TOKEN, tmp_path)


def test_the_token_is_never_sent_without_https(tmp_path):
    with pytest.raises(UsageError, match="without https"):
        fetch("http://redcap.example.org/api/", TOKEN, tmp_path)


@pytest.mark.parametrize(("ending", "token"), [("/api/", "short"), ("/", TOKEN)])
def test_a_malformed_token_or_address_is_wrong_usage_and_not_repeated(ending, token, tmp_path):
    with pytest.raises(UsageError, match="no REDCap token") as caught:
        fetch(f"https://redcap.example.org{ending}", token, tmp_path)
    assert token not in str(caught.value)
