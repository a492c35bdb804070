"""From a Study to its Results: one function a question, every number under one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poems_report.analysis.agreement import agreement_results
from poems_report.analysis.association import association_results
from poems_report.analysis.change import changes_of
from poems_report.analysis.claims import evaluate
from poems_report.analysis.cohort import cohort_results, day_after_results, landmark_results
from poems_report.analysis.columns import Values, values_of
from poems_report.analysis.landmarks import default_landmarks
from poems_report.analysis.patients import Fingerprints, Patients
from poems_report.analysis.phases import Pairs, pairs_of
from poems_report.analysis.response import cutoff_of, responses_of
from poems_report.analysis.response_counts import response_results
from poems_report.analysis.results import Result, Results

if TYPE_CHECKING:
    from poems_report.study import Study
    from poems_report.study.config import StudyConfig


def analyse(study: Study) -> Results:
    """Everything that the study says.

    Raises:
        AnalysisError: a claim rests on a result that does not exist, or the measurements name an unknown patient
            or the same patient, day and marker twice.
    """
    config = study.config
    infused = dict(zip(study.patients["patient_id"], study.patients["infusion"] == "yes", strict=True))
    values = values_of(study.measurements, infused)
    pairs = pairs_of(values, config)
    patients = patients_of(values, pairs, config)
    results: dict[str, Result] = {
        **cohort_results(study, patients, pairs),
        **day_after_results(config.markers, patients.changes),
        **landmark_results(config.markers, patients.changes, patients.landmarks),
        **association_results(pairs, patients.of_phase, config),
        **agreement_results(patients, config),
        **response_results(patients),
    }
    return Results(
        study=_identity(study),
        results=results,
        patients=patients,
        claims=tuple(evaluate(claim, results) for claim in study.claims),
        cutoff=cutoff_of(config),
        landmarks=patients.landmarks,
        fingerprints=Fingerprints(study),
    )


def patients_of(values: Values, pairs: Pairs, config: StudyConfig, profile: str | None = None) -> Patients:
    """Changes, concordance and response of every patient.

    Args:
        values: every reported value.
        pairs: the visits with both compared markers.
        config: settings of the study.
        profile: another response profile than that of the settings.
    """
    reference = config.pair[0] if config.pair else next(iter(config.markers))
    landmarks = default_landmarks()
    return Patients(
        measured=values,
        of_phase=pairs.last_of_phase(),
        changes=changes_of(values, landmarks),
        responses=responses_of(
            values.of_marker(reference), cutoff_of(config, profile), config.response_earliest_day
        ),
        landmarks=landmarks,
        earliest=config.response_earliest_day,
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
