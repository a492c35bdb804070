"""REDCap exports: read, mapped and written as a study folder."""
