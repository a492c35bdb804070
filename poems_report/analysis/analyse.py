"""From a Study to its Results: one function a question, every number under one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poems_report.analysis.agreement import agreement_results, patient_concordance
from poems_report.analysis.association import association_results
from poems_report.analysis.change import changes_of_patient
from poems_report.analysis.claims import evaluate
from poems_report.analysis.cohort import cohort_results, day_after_results, group_of
from poems_report.analysis.phases import last_of_phase, paired_visits
from poems_report.analysis.response import cutoff_of, responses_of_patient
from poems_report.analysis.results import PatientResult, PhasePair, Result, Results

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.study import Study


def analyse(study: Study) -> Results:
    """Everything that the study says.

    Raises:
        AnalysisError: a claim rests on a result that does not exist.
    """
    infused = dict(zip(study.patients["patient_id"], study.patients["infusion"] == "yes", strict=True))
    pairs = paired_visits(study.measurements, infused, study.config)
    of_phase = last_of_phase(pairs)
    patients = _patients(study, infused, pairs, of_phase)
    results: dict[str, Result] = {
        **cohort_results(study, patients, pairs, of_phase),
        **day_after_results(study, patients),
        **association_results(study, pairs, of_phase),
        **agreement_results(study, patients, of_phase),
    }
    return Results(
        study=_identity(study),
        results=results,
        patients=patients,
        claims=tuple(evaluate(claim, results) for claim in study.claims),
        cutoff=cutoff_of(study.config),
    )


def _patients(
    study: Study, infused: dict[str, bool], pairs: pd.DataFrame, of_phase: pd.DataFrame
) -> dict[str, PatientResult]:
    cutoff = cutoff_of(study.config)
    rows_of = dict(iter(study.measurements.groupby("patient_id", sort=False)))
    told = dict(iter(of_phase.groupby("patient_id", sort=False)))
    empty = study.measurements.iloc[:0]
    reference = study.config.pair[0] if study.config.pair else next(iter(study.config.markers))
    found = {}
    for name in study.patient_ids:
        rows = rows_of.get(name, empty)
        phase_rows = told.get(name)
        phase_pairs = (
            () if phase_rows is None else tuple(map(_phase_pair, phase_rows.itertuples(index=False)))
        )
        marker_rows = rows[rows["marker"] == reference]
        found[name] = PatientResult(
            patient_id=name,
            group=group_of(infused[name], rows),
            pairs=phase_pairs,
            concordant=patient_concordance(phase_pairs),
            changes=changes_of_patient(rows, infused[name]),
            responses=responses_of_patient(marker_rows, infused[name], cutoff, study.config),
        )
    return found


def _phase_pair(row: Any) -> PhasePair:
    return PhasePair(str(row.phase), int(row.day), bool(row.reference_raised), bool(row.candidate_raised))


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
