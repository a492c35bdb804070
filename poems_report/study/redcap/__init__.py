"""REDCap exports: read, mapped and written as a study folder."""

from poems_report.study.redcap.importer import Imported, import_redcap

__all__ = ["Imported", "import_redcap"]
