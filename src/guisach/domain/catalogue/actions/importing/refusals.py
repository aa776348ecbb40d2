"""How an import says no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guisach.kernel.errors import DomainError


class FileMissing(DomainError):
    """There is no such file."""

    code = "file_missing"
    status = 404
    text = _("There is no file %(file)s. Please check its name and folder.")


class FileUnreadable(DomainError):
    """The file is there but cannot be read, or not to its end; what was read before is in."""

    code = "file_unreadable"
    status = 422
    text = _(
        "%(file)s cannot be read (%(reason)s). Please check the disk and your rights to the file, "
        "then import it again: what is in already is not added twice."
    )


class NotMarc(DomainError):
    """The file is something else."""

    code = "not_marc"
    status = 422
    text = _(
        "%(file)s is not a MARC file. Please export the records as ISO 2709 (.mrc) or MARCXML, then import that file."
    )


class PackedFile(DomainError):
    """The file is an archive, or a Word or Excel document, which is one too."""

    code = "file_packed"
    status = 422
    text = _("%(file)s is a compressed file or an Office document. Please unpack it, then import the MARC file inside.")


class FileTooLargeToTakeIn(DomainError):
    """More bytes than are taken in over the network."""

    code = "file_too_large"
    status = 413
    text = _("%(file)s is larger than %(limit_mb)s MB. Please import it with the command guisach import on the server.")


class MappingWrong(DomainError):
    """The mapping is not one; `reason` says where and what to write instead."""

    code = "mapping_wrong"
    status = 422
    text = _("The mapping cannot be used: %(reason)s")


class PolicyWrong(DomainError):
    """A treatment or field that does not exist."""

    code = "policy_wrong"
    status = 422
    text = _("What to do with records that are here already is not clear: %(reason)s")


class ImportUnknown(DomainError):
    """There is no such import."""

    code = "import_unknown"
    status = 404
    text = _("There is no import with number %(id)s.")


class ImportBusy(DomainError):
    """What was asked cannot be done in the import's present state."""

    code = "import_busy"
    text = _("Import %(id)s is in another state now (%(status)s). Please look at it again.")


class ImportElsewhere(DomainError):
    """Another process works on this import, or it was stopped; this run ends here and has repeated nothing."""

    code = "import_elsewhere"
    text = _("Import %(id)s was stopped, or is being worked through by another process. Nothing was done twice.")


class SourceUnknown(DomainError):
    """There is no such source."""

    code = "source_unknown"
    status = 422
    text = _("There is no source with code %(source)s. Those that there are: %(known)s.")


class SourceNameNeeded(DomainError):
    """A source without a code or name."""

    code = "source_name_needed"
    status = 422
    text = _("Please give the source a short code (letters, digits, hyphens) and a name.")


class WaitingUnknown(DomainError):
    """There is no such waiting record."""

    code = "waiting_unknown"
    status = 404
    text = _("This record no longer waits; its import may have been undone. Please reload the list.")


class WaitingDecided(DomainError):
    """Somebody else has decided otherwise meanwhile."""

    code = "waiting_decided"
    text = _("Somebody has already decided about “%(title)s”. Please reload the list.")


class DecisionUnknown(DomainError):
    """Neither ADD, MERGE nor DISCARD."""

    code = "decision_unknown"
    status = 422
    text = _("Please choose: a new title, the same as one that is here, or leave it out.")


class RecordNotNamed(DomainError):
    """Several titles come into question and none was named."""

    code = "record_not_named"
    status = 422
    text = _("Please say which title of the catalogue “%(title)s” is the same as.")
