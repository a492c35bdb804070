"""What goes with an archived page: the patient's values as CSV and as a FHIR bundle, and the claims of the file."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from poems_report.patients.context import Context
    from poems_report.patients.record import Record

_UA_CLAIM = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""
"""PDF/UA-1 claimed within PDF/A-3, whose 6.6.2.3 wants every property beyond its own described in the file."""


@dataclass(frozen=True)
class Attached:
    """A file within a PDF."""

    name: str
    media_type: str
    description: str
    content: bytes


def attachments_of(record: Record, context: Context, made: datetime) -> tuple[Attached, ...]:
    """The patient's values as files, in the order of their names.

    Args:
        record: the patient.
        context: of the study's pages.
        made: the date that the files carry.
    """
    from poems_report.patients.fhir import bundle_of, fhir_json

    words, patient = context.words, record.patient_id
    return (
        Attached(
            f"{patient}-fhir.json",
            "application/fhir+json",
            words["patient.attached.fhir"],
            fhir_json(bundle_of(record, context, made)),
        ),
        Attached(f"{patient}-values.csv", "text/csv", words["patient.attached.values"], values_csv(record)),
    )


def values_csv(record: Record) -> bytes:
    """The patient's rows as `measurements.csv` has them, every matrix, assay, limit and unit written out."""
    from poems_report.study.columns import MEASUREMENT_COLUMNS

    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in MEASUREMENT_COLUMNS)
    for one in record.everything:
        uln = "" if math.isnan(one.uln) else repr(one.uln).removesuffix(".0")
        row = (one.day, one.marker, one.reported, one.matrix, one.assay, uln, one.unit, one.comment)
        writer.writerow((record.patient_id, *row))
    return out.getvalue().encode()


def claim_ua(_document: Any, pdf: Any) -> None:
    """Add the claim of PDF/UA-1 to the metadata of PDF/A, and name each attached file once.

    A `finisher` of `write_pdf`: WeasyPrint states one standard a file, and lists every attachment twice.
    """
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    metadata = next(one for one in pdf.objects if getattr(one, "extra", {}).get("Type") == "/Metadata")
    metadata.stream = [part.replace(b"</rdf:RDF>", _UA_CLAIM.encode()) for part in metadata.stream]
