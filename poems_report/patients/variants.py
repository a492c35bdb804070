"""The kinds of a patient's PDF, as a table, and what a run asks for: a kind, and perhaps a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import scrypt

from poems_report.errors import UsageError

_SALT = b"poems-report: pages of patients"


@dataclass(frozen=True)
class Variant:
    """One kind of PDF.

    Attributes:
        name: as users know it.
        pdf: WeasyPrint's name of the standard.
        attached: whether the patient's values go with it as files; such a file claims PDF/UA-1 too.
        form: whether the board's part can be filled in.
    """

    name: str
    pdf: str
    attached: bool = False
    form: bool = False


UA = Variant("ua", "pdf/ua-1")
ARCHIVE = Variant("archive", "pdf/a-3a", attached=True)
FORM = Variant("form", "pdf/ua-1", form=True)
VARIANTS = {one.name: one for one in (UA, ARCHIVE, FORM)}


@dataclass(frozen=True)
class Finish:
    """How every page of a run is finished.

    Attributes:
        password: encrypts the page; empty for none. Never shown.
        key: tells this finish from any other, in the hash that lets a run skip a page.
    """

    variant: Variant = UA
    password: str = field(default="", repr=False)
    key: str = field(default=UA.name, repr=False)


def finish_of(variant: str = UA.name, password: str = "") -> Finish:
    """The finish that a caller names.

    The key rests on the password by scrypt (RFC 7914; about 50 ms a run), so that another password makes another
    page and the state betrays no more of it than the encrypted page itself.

    Raises:
        UsageError: there is no such variant, or an archive is to be encrypted, which ISO 19005-3, 6.1.3 forbids.
    """
    if variant not in VARIANTS:
        raise UsageError(f"unknown variant {variant!r}; known: {', '.join(VARIANTS)}")
    if not password:
        return Finish(VARIANTS[variant], key=variant)
    if VARIANTS[variant].attached:
        raise UsageError(
            "PDF/A forbids encryption: make the archive without a password, or another variant with one"
        )
    print_of_it = scrypt(password.encode(), salt=_SALT, n=2**14, r=8, p=1).hex()
    return Finish(VARIANTS[variant], password, f"{variant} {print_of_it}")
