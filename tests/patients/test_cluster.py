"""A real scheduler and real workers on this machine, one of them killed in mid-run."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time

import pytest

from poems_report.errors import DocumentError
from poems_report.patients import render_patients
from poems_report.patients.cluster import on_cluster
from tests.conftest import ROOT

WAIT_S = 30


class Cluster:
    """A scheduler and workers with one thread each, as processes."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes = []
        self.start("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file))
        until(self.file.exists)
        self.address = json.loads(self.file.read_text())["address"]

    def start(self, *words):
        command = [sys.executable, "-m", "dask", words[0], "--host", "127.0.0.1", *words[1:]]
        with (self.folder / f"{len(self.processes)}.log").open("w") as log:
            self.processes.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))
        return self.processes[-1]

    def worker(self):
        return self.start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


def until(there):
    end = time.monotonic() + WAIT_S
    while not there():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def workers(cluster):
    from distributed import Client

    both = [cluster.worker(), cluster.worker()]
    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=WAIT_S)
    return both


def pages(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.pdf")}


@pytest.mark.parametrize("shared", [False, True])
def test_same_bytes_as_without_a_cluster(cluster, workers, study, results, pages_folder, tmp_path, shared):
    report = render_patients(study, results, tmp_path, scheduler=cluster.address, shared=shared)
    assert report.made == study.patient_ids
    assert pages(tmp_path) == pages(pages_folder)
    assert render_patients(study, results, tmp_path).up_to_date == study.patient_ids


def test_other_versions_on_the_workers_are_refused(cluster, workers, study, results, tmp_path, monkeypatch):
    monkeypatch.setattr("poems_report.patients.cluster.surroundings", lambda: "another version")
    report = render_patients(study, results, tmp_path, patients=["P01"], scheduler=cluster.address)
    assert [name for name, _ in report.failed] == ["P01"]
    assert "another version of the program" in report.failed[0][1]


def test_a_worker_killed_in_mid_run_costs_no_page(cluster, workers, study, results, pages_folder, tmp_path):
    seen = []

    def kill_one(outcome):
        seen.append(outcome.patient_id)
        if len(seen) == 1:
            workers[0].kill()
            workers[0].wait()

    report = render_patients(study, results, tmp_path, scheduler=cluster.address, progress=kill_one)
    assert tuple(seen) == study.patient_ids
    assert report.made == study.patient_ids
    assert pages(tmp_path) == pages(pages_folder)


def test_a_cluster_that_loses_its_last_worker_is_named(cluster, workers, study, results, tmp_path):
    for worker in workers:
        worker.kill()
        worker.wait()
    with pytest.raises(DocumentError, match="has no worker"):
        list(on_cluster([], cluster.address, patience=1))


def test_a_scheduler_that_is_not_there_is_named_in_bounded_time(study, results, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    start = time.monotonic()
    with pytest.raises(DocumentError, match=rf"no Dask scheduler answers at {address} within 2 s"):
        list(on_cluster([], address, patience=2))
    assert time.monotonic() - start < 10
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("address", ["nonsense", "tcp://", "http://127.0.0.1:1"])
def test_an_address_that_is_none_is_named(address):
    with pytest.raises(DocumentError, match="no Dask scheduler answers at"):
        list(on_cluster([], address, patience=1))
