"""How a desk is refused. Every refusal means for it: keep everything, try later."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from guisach.domain.readers.actions.refusals import TooManyTries
from guisach.kernel.errors import DomainError


class DeviceUnknown(DomainError):
    """No credential, or one of a device that this hub does not know."""

    code = "device_unknown"
    status = 401
    text = _("The province does not know this device. Please enrol it again; what it holds stays on it.")


class SignatureWrong(DomainError):
    """The request is not signed by the device's own key."""

    code = "signature_wrong"
    status = 401
    text = _("This request does not come from the device it names. Please enrol the device again.")


class UpgradeNeeded(DomainError):
    """The desk's program is older than what the hub still understands."""

    code = "upgrade_needed"
    status = 426
    text = _("This desk is too old. Please open it once with a good connection, so that it renews itself.")


class RequestTooLarge(DomainError):
    """More bytes than one request may carry."""

    code = "batch_too_large"
    status = 413
    text = _("This request is too large; please send it in smaller parts.")


class TooManyOperations(DomainError):
    """More operations than one request may carry."""

    code = "batch_too_large"
    status = 413
    text = _("At most %(max)s operations at a time; please send them in smaller parts.")


class HubBusy(DomainError):
    """Too many desks bring operations at once; `after` is how many seconds this one should wait."""

    code = "hub_busy"
    status = 503
    text = _("Many desks are bringing their operations just now. Please come again in %(after)s seconds.")


class NotJson(DomainError):
    """Not JSON, or not gzipped as it says."""

    code = "not_json"
    status = 422
    text = _("The request could not be read; JSON was expected.")


class CodeWrong(DomainError):
    """Unknown, used or expired: not told apart."""

    code = "code_wrong"
    status = 404
    text = _("This code cannot be used (any more). Please ask for a new one: the page Devices makes it.")


class KeyUnusable(DomainError):
    """Not a public key on P-256."""

    code = "key_unusable"
    status = 422
    text = _("This is no key of a device.")


class DeviceTaken(DomainError):
    """The device's id belongs to something else, to another key, or was revoked."""

    code = "device_taken"
    text = _("This device cannot be enrolled under its old name. Please delete its data and enrol it as a new one.")


class SignInWrong(DomainError):
    """Unknown name, wrong password or switched off: not told apart."""

    code = "sign_in_wrong"
    status = 401
    text = _("User name or password is wrong.")


class NoRoleHere(DomainError):
    """Somebody without a role at the desk's place."""

    code = "not_allowed"
    status = 403
    text = _("You have no role at %(place)s. Please ask an administrator of your province.")


class ReasonForRevoking(DomainError):
    """A device is revoked with a reason."""

    code = "revoke_reason_needed"
    status = 422
    text = _("Please write why the device is revoked: lost, stolen, broken, given to somebody else.")


class DeviceRevoked(DomainError):
    """Revoked before, or never enrolled."""

    code = "device_revoked"
    text = _("This device is revoked already.")


_WHY_UNREADABLE = {
    "too_large": _("it is larger than any desk's export"),
    "not_gzip": _("it is cut off or damaged"),
    "not_json": _("it is cut off, or another kind of file"),
    "not_ours": _("it is another kind of file"),
}


class FileUnreadable(DomainError):
    """Not an export file, or damaged; nothing of it was taken in."""

    code = "export_unreadable"
    status = 422
    text = _("This is no whole export of a desk (%(why)s). Nothing was taken in; please export it again.")

    def __init__(self, *, why: str) -> None:
        super().__init__(why=_WHY_UNREADABLE.get(why, why))


class DeskTriesRest(TooManyTries):
    """Too many wrong codes or passwords."""

    text: ClassVar = _("Too many wrong tries. Please try again after %(until)s.")
