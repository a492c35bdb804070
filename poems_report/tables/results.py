"""Tables of what was found: correlations, agreement, statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.analysis import Result
from poems_report.analysis.multiplicity import OTHERS, PRIMARY
from poems_report.labels import Labels, labels
from poems_report.study.config import PHASES
from poems_report.tables.plain import cross_references, heads_of, missing, plain_table, unbroken
from poems_report.wording import adjusted, caution_notes, p_cell, result_name

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.analysis import Results
    from poems_report.study import Study

_LEVEL = 0.95
_MEASURES = ("kappa", "ac1", "positive", "negative")
_AGREEMENT = ("phase", "n", "observed", "interval", *_MEASURES)


def correlations(study: Study, results: Results) -> GT:
    """How the two markers move together: within patients, between patients, and in rank within each phase."""
    words = labels()
    keys = ("question", "estimate", "interval", "p", "adjusted", "n", "method")
    heads = heads_of("correlations", keys, words, level=formats.level(_LEVEL))
    asked = _questions(study, words)
    rows = [_correlation(question, results[key], words) for key, question in asked.items()]
    told = [(question, results[key]) for key, question in asked.items()]
    return plain_table(
        "correlations",
        heads,
        rows,
        numbers=("estimate", "interval", "p", "n"),
        notes=(
            words["table.correlations.floor"],
            *caution_notes(told, words),
            *families_note(results, words),
        ),
    )


def agreement(study: Study, results: Results) -> GT:
    """How often both markers agreed, by phase, and in how many patients throughout."""
    words = labels()
    heads = heads_of("agreement", _AGREEMENT, words, level=formats.level(_LEVEL))
    rows = [
        {
            "phase": words[f"phase.{phase}"],
            **_proportion(results[f"agreement.{phase}"], words),
            **{name: _measure(name, results[f"agreement.{phase}.{name}"], words) for name in _MEASURES},
        }
        for phase in (PHASES if study.config.pair else ())
    ]
    if rows:
        overall = dict.fromkeys(_MEASURES, words["table.agreement.not_computed"])
        all_phases = words["table.agreement.throughout"]
        rows.append({"phase": all_phases, **_proportion(results["agreement.patients"], words), **overall})
    told = [
        (
            words.text(
                "table.agreement.named",
                measure=words[f"table.agreement.{name}"],
                phase=words[f"phase.{phase}"],
            ),
            one,
        )
        for phase in (PHASES if rows else ())
        for name in _MEASURES
        if (one := results[f"agreement.{phase}.{name}"]).cautions
    ]
    notes = (words["concordance.definition"], words["table.agreement.method"], *caution_notes(told, words))
    return plain_table(
        "agreement", heads, rows, numbers=("n", "observed", "interval", *_MEASURES), notes=notes
    )


def exploratory(study: Study, results: Results) -> GT:
    """Every p value but the primary one, as it is and adjusted for how many there are; exploratory ones last."""
    words = labels()
    keys = ("result", "kind", "estimate", "n", "test", "p", "holm", "bh")
    ordered = sorted(results.results.items(), key=lambda found: found[1].exploratory)
    rows = [
        {
            "result": result_name(study, key, words),
            "kind": words[f"table.exploratory.{'exploratory' if one.exploratory else 'secondary'}"],
            "estimate": missing(one, words) if one.estimate is None else formats.decimals(one.estimate),
            "n": formats.count(one.n or 0),
            "test": one.test,
            "p": p_cell(one, words),
            "holm": formats.p_number(one.p_holm),
            "bh": formats.p_number(one.p_bh),
        }
        for key, one in ordered
        if one.p_holm is not None and one.p_bh is not None
    ]
    notes = (*families_note(results, words), words["table.exploratory.note"])
    heads = heads_of("exploratory", keys, words)
    return plain_table("exploratory", heads, rows, numbers=("estimate", "n", "p", "holm", "bh"), notes=notes)


def families_note(results: Results, words: Labels) -> tuple[str, ...]:
    """Which p values are adjusted and for how many; nothing without any."""
    sizes = {one.family: one.family_size or 0 for one in results.results.values() if one.family}
    if not sizes:
        return ()
    counts = {name: formats.count(sizes.get(name, 0)) for name in (PRIMARY, OTHERS)}
    return (words.text("p.families", **counts),)


def claims(study: Study, results: Results) -> GT:
    """The statements of the manuscript, whether they hold, and the numbers that each rests on."""
    words = labels()
    heads = heads_of("claims", ("statement", "verdict", "numbers", "section"), words)
    rows = [
        {
            "statement": one.statement,
            "verdict": words[f"claim.{one.verdict}"],
            "numbers": "; ".join(
                f"{key} = {_number(number, results[key], words)}" for key, number in one.numbers.items()
            ),
            "section": cross_references([one.section]) if one.section else words["table.claims.no_section"],
        }
        for one in results.claims
    ]
    return plain_table("claims", heads, rows, markup=("section",))


def _questions(study: Study, words: Labels) -> dict[str, str]:
    """The question that each correlation answers, by the key of its result."""
    if study.config.pair is None:
        return {}
    pair = "_".join(study.config.pair)
    found = {
        f"within.{pair}.r": words["table.correlations.within"],
        f"between.{pair}.r": words["table.correlations.between"],
        f"between.{pair}.rho": words["table.correlations.ranks"],
        f"mixed.{pair}.within": words["table.correlations.slope_within"],
        f"mixed.{pair}.between": words["table.correlations.slope_between"],
    }
    for phase in PHASES:
        found[f"phase.{phase}.{pair}.tau"] = words.text(
            "table.correlations.phase", phase=words[f"phase.{phase}"]
        )
    return found


def _correlation(question: str, one: Result, words: Labels) -> dict[str, str]:
    n = formats.count(one.n or 0)
    if one.observations is not None:
        n = words.text("table.correlations.visits", n=n, visits=formats.count(one.observations))
    method = f"{one.method}; {one.note}" if one.note else one.method
    none = words["table.correlations.none"]
    row = {"question": question, "n": n, "method": method, "interval": none}
    row |= {"p": p_cell(one, words), "adjusted": adjusted(one, words)}
    if one.estimate is None:
        return row | {"estimate": missing(one, words)}
    row["estimate"] = formats.decimals(one.estimate)
    if one.ci_low is not None and one.ci_high is not None:
        row["interval"] = unbroken(formats.interval(one.ci_low, one.ci_high)) + _other_level(one)
    return row


def _proportion(one: Result, words: Labels) -> dict[str, str]:
    n = formats.count(one.n or 0)
    if one.estimate is None or one.ci_low is None or one.ci_high is None:
        return {"n": n, "observed": missing(one, words), "interval": words["table.correlations.none"]}
    agreed = formats.count(one.estimate * (one.n or 0))
    return {
        "n": n,
        "observed": unbroken(f"{agreed} ({formats.share(one.estimate)})"),
        "interval": unbroken(f"{formats.share(one.ci_low)} to {formats.share(one.ci_high)}")
        + _other_level(one),
    }


def _other_level(one: Result) -> str:
    """The level of an interval where it is not the one in the head of the column."""
    return "" if one.level is None or abs(one.level - _LEVEL) < 1e-9 else f" ({formats.level(one.level)})"


def _measure(name: str, one: Result, words: Labels) -> str:
    if one.estimate is None:
        return missing(one, words)
    printed = formats.share if name in ("positive", "negative") else formats.decimals
    if one.ci_low is None or one.ci_high is None:
        return printed(one.estimate)
    ends = words.text("table.agreement.ends", low=printed(one.ci_low), high=printed(one.ci_high))
    return f"{printed(one.estimate)} {unbroken(ends)}"


def _number(number: float | None, one: Result, words: Labels) -> str:
    if number is None:
        return missing(one, words)
    whole = float(number).is_integer() and (one.of is not None or not 0 <= number <= 1 or one.ci_low is None)
    return formats.count(number) if whole else formats.decimals(number)
