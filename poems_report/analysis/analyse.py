"""From a Study to its Results: one function a question, every number under one key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from poems_report.analysis.agreement import agreement_results
from poems_report.analysis.association import correlation_results, mixed_results, rank_results, with_assays
from poems_report.analysis.claims import evaluate
from poems_report.analysis.cohort import cohort_results, day_after_results, landmark_results
from poems_report.analysis.columns import values_of
from poems_report.analysis.multiplicity import primary_key, with_families
from poems_report.analysis.patients import Fingerprints, Patients, patients_of, reference_of
from poems_report.analysis.phases import Pairs, pairs_of
from poems_report.analysis.power import power_results, power_table
from poems_report.analysis.ranking import rankings_of
from poems_report.analysis.recorded import Recorded
from poems_report.analysis.reliability import reliability, settings_of
from poems_report.analysis.response import cutoff_of
from poems_report.analysis.response_counts import response_results
from poems_report.analysis.results import Result, Results
from poems_report.analysis.sensitivity import sensitivity
from poems_report.analysis.uncompared import uncompared_results

if TYPE_CHECKING:
    from poems_report.study import Study


def analyse(study: Study, *, cohort: bool = True) -> Results:
    """Everything that the study says.

    Args:
        study: the study.
        cohort: whether to say anything of the study as a whole; without it the results are those of its patients,
            which is all that their pages show.

    Raises:
        AnalysisError: a claim rests on a result that does not exist, or the measurements name an unknown patient
            or the same patient, day and marker twice.
    """
    config = study.config
    infusion = (study.patients["infusion"] == "yes").tolist()
    infused = dict(zip(study.patient_ids, infusion, strict=True))
    values = values_of(study.measurements, infused)
    pairs = pairs_of(values, config)
    patients = patients_of(values, pairs, config)
    results = Results(
        study=_identity(study),
        results={},
        patients=patients,
        claims=(),
        cutoff=cutoff_of(config),
        landmarks=patients.landmarks,
        fingerprints=Fingerprints(study),
        recorded=Recorded(study),
        rankings=rankings_of(patients.changes),
    )
    return _with_cohort(results, study, patients, pairs) if cohort else results


def _with_cohort(alone: Results, study: Study, patients: Patients, pairs: Pairs) -> Results:
    """The results of the patients with those of the study as a whole."""
    config = study.config
    curve, reliable = reliability(pairs, settings_of(config.reliability)) if config.pair else (None, {})
    told = int(np.count_nonzero(patients.concordance >= 0))
    moving = {
        **correlation_results(pairs, config),
        **mixed_results(pairs, config),
        **rank_results(patients.of_phase, config),
    }
    found: dict[str, Result] = {
        **cohort_results(study, patients, pairs),
        **day_after_results(config.markers, patients.changes),
        **landmark_results(config.markers, patients.changes, patients.landmarks),
        **with_assays(moving, patients.measured, config),
        **agreement_results(patients, config),
        **response_results(patients),
        **reliable,
        **power_results(pairs, patients.changes, told, reference_of(config), config.pair is not None),
        **({} if config.pair else uncompared_results()),
    }
    results = with_families(found, primary_key(config))
    return replace(
        alone,
        results=results,
        claims=tuple(evaluate(claim, results) for claim in study.claims),
        reliability=curve,
        power=power_table(pairs),
        sensitivity=sensitivity(patients, pairs, config, results),
    )


def _identity(study: Study) -> dict[str, Any]:
    return {
        "title": study.config.title,
        "version": study.config.version,
        "data_version": study.data_version,
        "provenance": study.config.provenance,
        "patients": len(study.patients),
        "measurements": len(study.measurements),
        "markers": {
            name: {
                "label": one.label,
                "unit": one.unit,
                "matrix": one.matrix,
                "assay": one.assay,
                "uln": one.uln,
            }
            for name, one in study.config.markers.items()
        },
    }
