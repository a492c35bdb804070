"""Every word of an Italian page is Italian: its whole text, descriptions and metadata against both catalogues."""

from __future__ import annotations

import re
import tomllib

import pikepdf

from poems_report.labels import labels
from poems_report.patients import patient_view, since_of
from poems_report.patients.pdf import pdf_of
from poems_report.provenance import clock
from tests.documents.pdfs import pages

FIELDS = {
    "comorbidity": "ipotiroidismo",
    "preference": "preferisce una terapia orale",
    "clinical_response": "migliorata (giorno +360)",
    "neuropathy_response": "stabile",
    "haematological_response": "parziale molto buona (giorno +360)",
    "question": "IL-6 elevata, VEGF nella norma dopo un'infezione: quando ripetere?",
}
SETTINGS = {
    "label: Platelets": "label: Piastrine",
    "label: CRP": "label: PCR",
    "label: M-protein": "label: Proteina M",
    "Serum VEGF rises with clotting time and platelet count.": "Il VEGF sierico aumenta con le piastrine.",
    "Investigational in POEMS syndrome; not a response criterion.": "In studio, non vale come risposta.",
}
EVENTS = [
    ("P02", -2, "condizionamento", "melfalan"),
    ("P02", 0, "infusione", "cellule staminali"),
    ("P02", 188, "infezione", "bevacizumab"),
]
VALUES = [
    ("P02", -14, "vegf", "4992", ""), ("P02", -14, "il6", "64.5", ""), ("P02", 1, "vegf", "759", "emolisi"),
    ("P02", 1, "il6", "5.5", ""), ("P02", 28, "vegf", "", ""), ("P02", 90, "vegf", "491", ""),
    ("P02", 90, "il6", "<1.5", ""), ("P02", 190, "vegf", "1800", ""),
    ("P02", 190, "il6", "21.8", ""), ("P02", 190, "crp", "66", ""),
]  # fmt: skip
ENGLISH = (
    "the of and not with from before after day days above below at by is are on value values visit since new was "
    "were patient page serum response missing none open which that be only may also last first any both neither"
)


def texts_of(path):
    with pikepdf.open(path) as document:
        described = [
            str(one.Alt) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
        ]
        metadata = [str(value) for value in document.docinfo.values()]
    return " ".join(" ".join([*pages(path), *described, *metadata]).replace("\u00a0", " ").split())


def english_in(text):
    """English words, and what only the English catalogue says."""
    found = {word for word in ENGLISH.split() if re.search(rf"\b{word}\b", text, re.IGNORECASE)}
    own = labels("it").texts
    known = " ".join(own.values()).casefold()
    for key, value in labels("en").texts.items():
        for part in re.split(r"\{\w+\}", value):
            words = part.strip(" .,;:()")
            if len(words) > 3 and words.casefold() not in known and words != own[key]:
                found |= {words} if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) else set()
    return found


def texts(study, results, folder, language):
    """The page of P02 without a board and since one, and that of a patient of whom nothing was recorded."""
    found = []
    for patient, since in (("P02", None), ("P02", since_of("30")), ("P08", since_of("30"))):
        path = folder / "page.pdf"
        path.write_bytes(pdf_of(patient_view(study, results, patient, language, since), clock()))
        found.append(texts_of(path))
    return found


def test_no_word_of_the_italian_page_in_plain_words_is_english(root):
    """The chapter without its code and attributes, and the phrases that stand in it."""
    prose = (root / "chapters" / "_plain_it.qmd").read_text(encoding="utf-8")
    phrases = tomllib.loads((root / "poems_report" / "manuscript" / "plain.toml").read_text(encoding="utf-8"))
    text = re.sub(r"`[^`]*`|\{[^}]*\}", " ", " ".join((prose, *phrases["it"].values())))
    assert len(text.split()) > 250
    assert english_in(text) == set()
    assert len(english_in(" ".join(phrases["en"].values()))) > 8


def test_no_word_of_an_italian_page_is_english(changed, tmp_path):
    empty = dict.fromkeys(("mprotein", "comorbidity", "question", "ecog", "onls", "sex", "age_band"), "")
    open_criteria = dict.fromkeys(("castleman", "organomegaly", "papilloedema", "polyneuropathy"), "na")
    study, results = changed(
        patients={"P02": FIELDS, "P08": {**empty, **open_criteria}},
        settings=SETTINGS,
        measurements=VALUES,
        events=EVENTS,
    )
    for text in texts(study, results, tmp_path, "it"):
        assert english_in(text) == set()
        for expected in ("Discrasia plasmacellulare monoclonale", "siero", "LSN", "Solo per uso di ricerca"):
            assert expected in text
    for text in texts(study, results, tmp_path, "en"):
        assert len(english_in(text)) > 60
