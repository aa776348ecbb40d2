"""What happens in a run, chosen by its dice: acts, contacts, and everything that can go wrong on the way."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from django.apps import apps

from guisach.domain.journal import actions as journal
from guisach.domain.journal import kinds
from guisach.site.simulation import enrolling, world
from guisach.site.simulation.acts import People
from guisach.site.simulation.desks import Desk, Told
from guisach.site.simulation.fixed import id_from
from guisach.site.simulation.link import Hub, Link, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from guisach.site.simulation.fixed import Time
    from guisach.site.simulation.world import World

_EVENTS = {
    "act": 55, "contact": 18, "work_online": 12, "back_up": 3, "restore": 3, "clone": 0.6, "wipe": 0.8, "revoke": 0.4,
    "export": 4, "bring_file": 1.5, "turn_clock": 1.5, "falsify": 5, "lose_signal": 3, "update_software": 1.5,
}  # fmt: skip
_LATER_KIND = "use"  # what the software does not know for a while
_PAUSES_MIN = (1, 2, 5, 20, 90, 600, 1500)
_WILD_DAYS = (-400, -30, -1, 0.02, 1, 40, 365 * 25)
_ZONES = (timezone(timedelta(hours=7)), timezone(timedelta(hours=8)))  # across the border telephones show China's time
_COMPARED = 2  # desks whose rows are compared in the end with what the province says then
_PATIENCE = 12  # contacts in which everything must be healed


class Story:
    """A run so far. `told` has every operation that a desk wrote down, `journal` what happened line by line."""

    def __init__(self, settled: World, time: Time, dice: random.Random, folder: Path) -> None:
        self.time, self.dice, self._folder, self._settled = time, dice, folder, settled
        self.hub = Hub()
        self.link = Link(self.hub, time, dice)
        self.people = People(settled, time, dice)
        self.told: dict[str, Told] = {}
        self.journal: list[str] = []
        self.happened: Counter[str] = Counter()
        self.faults: list[str] = []
        self.revoked: dict[UUID, datetime] = {}
        self._outcasts: set[UUID] = set()  # revoked, and enrolled after the backup that was restored
        self.falsified: set[str] = set()
        self.cloned: set[UUID] = set()  # devices with a twin
        self.desks: list[Desk] = []
        self.all_desks: list[Desk] = []
        self._files: list[list[dict[str, Any]]] = []  # sticks with exported operations: nobody throws them away
        self._backups: list[tuple[Path, int]] = []  # with how much had been answered online by then
        self._safe: dict[tuple[UUID, int], int] = {}  # what of each chain is in the newest backup
        self._answered: list[str] = []  # operations done online, in order
        self._maybe_gone: set[str] = set()  # of wiped desks: never acknowledged, or before a restoration
        self._wiped: set[str] = set()  # of wiped desks, acknowledged
        # The registry has no door for forgetting: production needs none.
        self._unlearnt = kinds._kinds.pop(_LATER_KIND) if dice.random() < 0.5 else None
        # Real desks keep for ninety days what is in a backup: then an older backup may be restored. Hasty ones do not.
        self._are_hasty = dice.random() < 0.5
        for desk in settled.desks:
            self._keep(desk.cloned(random.Random(dice.random())))  # noqa: S311  (a simulation, not a secret)

    # Telling ---------------------------------------------------------------------------------------------------------

    def tell(self, operations: int) -> None:
        """Let things happen until so many operations were made."""
        names, weights = list(_EVENTS), list(_EVENTS.values())
        while len(self.told) + len(self._answered) < operations:
            self.time.forward(minutes=self.dice.choice(_PAUSES_MIN), seconds=self.dice.randrange(60))
            self.link.deliver_late()
            event = self.dice.choices(names, weights)[0]
            getattr(self, f"_{event}")()

    def back_up(self) -> None:
        """Let a backup be taken now."""
        self._back_up()

    def restore(self) -> None:
        """Let the hub be restored now, where it was not yet."""
        self._restore()

    def heal(self) -> None:
        """Let the network be good, the software be new, every file be brought in, and every desk be heard."""
        if self._unlearnt is not None:
            self._update_software()
        self.link.deliver_late(all_of_it=True)
        self.link.is_good = True
        for desk in self.desks:
            desk.offline_until = None
        self._bring_in_outcasts()
        if self.desks:
            carrier = self.desks[0]
            for operations in self._files:
                carrier.brought |= {one["op"]: one for one in operations}
        for _ in range(_PATIENCE):
            self.time.forward(minutes=5)
            for desk in self.desks:
                self._talk(desk, is_hurried=True)
            if not any(self._waiting(desk) for desk in self.desks):
                break
        for desk in self._compared():  # what others brought meanwhile
            self._talk(desk)
        with_work = [desk.name for desk in self.desks if self._waiting(desk)]
        self.faults += [f"{name} still has something that was never answered" for name in with_work]

    def _bring_in_outcasts(self) -> None:
        """Nobody enrols a stolen device again, and the restored hub does not know it: its file is brought."""
        for desk in [desk for desk in self.desks if desk.device in self._outcasts]:
            self._bring_to_province(desk.held())
            self.desks.remove(desk)

    def _compared(self) -> list[Desk]:
        """Choose the desks whose rows are looked at in the end: one of some place, and any other."""
        some = [desk for desk in self.desks if not desk.is_revoked]
        chosen = random.Random(len(self.told)).sample(some, min(_COMPARED, len(some)))  # noqa: S311  (as above)
        return list({desk.place: desk for desk in chosen}.values())

    def feeds(self) -> Iterator[tuple[Desk, Desk]]:
        """Give desks, each with one of the same device that fetches everything anew."""
        for desk in self._compared():
            if desk.is_revoked or not desk.cursor:
                continue
            fresh = desk.cloned(random.Random(0))  # noqa: S311  (a simulation, not a secret)
            fresh.forget_rows()
            try:
                fresh.fetch(self.link)
            except NoAnswer:
                self.faults += fresh.faults
                continue
            yield desk, fresh

    def gone(self) -> set[str]:
        """Return what no device and no file holds any more, and nobody ever promised to keep."""
        held = {one["op"] for desk in self.desks for one in desk.held()}
        return self._maybe_gone - held - {one["op"] for file in self._files for one in file}

    def missing_online(self, known: set[str]) -> list[str]:
        """Return what was answered online as done and is not in the log."""
        return [op for op in self._answered if op not in known]

    # Events ----------------------------------------------------------------------------------------------------------

    def _act(self) -> None:
        desk = self.dice.choice(self.desks)
        told = self.people.at_desk(desk)
        self.told[told.op] = told
        self._note("act", desk.name, told.operation["kind"], told.op)

    def _contact(self) -> None:
        desk = self.dice.choice(self.desks)
        if desk.offline_until is None or desk.offline_until <= self.time.at:
            self._talk(desk, is_hurried=self.dice.random() < 0.5)

    def _talk(self, desk: Desk, *, is_hurried: bool = False) -> None:
        before = len(desk.acknowledged)
        desk.contact(self.link, is_hurried=is_hurried)
        if desk.needs_code:
            self._enrol(desk)
            desk.contact(self.link, is_hurried=is_hurried)
        self._note("contact", desk.name, len(desk.acknowledged) - before)

    def _work_online(self) -> None:
        op, answer = self.people.online(self.hub)
        if answer.status < 300:
            self._answered.append(op)
        self._note("online", op, answer.status)

    def _back_up(self) -> None:
        file = self._folder / f"backup-{len(self._backups)}.sqlite3"
        enrolling.back_up(file)
        self._safe = self._ends()
        self._backups.append((file, len(self._answered)))
        self._note("backup")

    def _restore(self) -> None:
        if not self._backups or self.happened["restore"]:
            return
        is_newest = self._are_hasty or self.dice.random() < 0.7
        file, answered = self._backups[-1] if is_newest else self.dice.choice(self._backups)
        enrolling.restore(file, self._settled.empty)
        self._safe = self._ends()
        del self._answered[answered:]
        self._maybe_gone |= self._wiped
        self._revoke_again()
        self.time.forward(hours=1)
        self._note("restore", file.name)

    def _revoke_again(self) -> None:
        """What was revoked since the backup is on a list of the administrator's."""
        known = apps.get_model("journal", "Device").objects.filter(desk__isnull=False, pk__in=list(self.revoked))
        for device in known.filter(revoked_at__isnull=True).values_list("pk", flat=True):
            enrolling.revoke(device, self.time)
            self.revoked[device] = self.time.at
        self._outcasts |= set(self.revoked) - set(known.values_list("pk", flat=True))
        for device in self._outcasts:
            self.revoked.pop(device, None)  # this hub never heard of it, so it judges nothing of it

    def _clone(self) -> None:
        desk = self.dice.choice(self.desks)
        if self.happened["clone"] > len(self.desks) // 4 or desk.device in self.revoked:
            return
        twin = desk.cloned(random.Random(self.dice.random()))  # noqa: S311  (as above)
        twin.name += "'"
        self.cloned.add(desk.device)
        self._keep(twin)
        self._note("clone", desk.name)

    def _wipe(self) -> None:
        """A desk loses all that it stored; somebody may have exported it before. A new one takes its place."""
        if self.happened["wipe"] > len(self.desks) // 4:
            return
        desk = self.dice.choice(self.desks)
        if self.dice.random() < 0.5:
            self._files.append(desk.held())
        held = {one["op"] for one in desk.held()}
        # After a restoration what was promised before is only kept where the desk brought it again.
        kept = held & (desk.acknowledged & self._in_log() if self.happened["restore"] else desk.acknowledged)
        self._wiped |= kept
        self._maybe_gone |= held - kept
        self.desks.remove(desk)
        self._new_desk(desk.place)
        self._note("wipe", desk.name)

    def _revoke(self) -> None:
        """Somebody reports a device stolen: for good, so at most one in a run, and none that has a twin."""
        desk = self.dice.choice(self.desks)
        if self.revoked or desk.device in self.cloned or desk.needs_code:
            return
        if self._is_known(desk):  # a restored hub may not have heard of it, and the desk not know that yet
            enrolling.revoke(desk.device, self.time)
            self.revoked[desk.device] = self.time.at
            self._note("revoke", desk.name)

    def _is_known(self, desk: Desk) -> bool:
        return bool(apps.get_model("sync", "Desk").objects.filter(pk=desk.device).exists())

    def _export(self) -> None:
        desk = self.dice.choice(self.desks)
        held = desk.held()
        if held and self.dice.random() < 0.5:  # a series of QR codes carries a few
            held = self.dice.sample(held, self.dice.randrange(1, min(5, len(held)) + 1))
            self._bring_to_province(held)
        self._files.append(held)
        self._note("export", desk.name, len(held))

    def _bring_file(self) -> None:
        """Somebody carries a stick to the province, or to another desk, which passes on what is on it."""
        if not self._files:
            return
        file, desk = self.dice.choice(self._files), self.dice.choice(self.desks)
        if self.dice.random() < 0.5:
            self._bring_to_province(file)
            return
        desk.brought |= {one["op"]: one for one in file}
        desk.next_epoch()
        self._note("file to a desk", desk.name, len(file))

    def _bring_to_province(self, operations: list[dict[str, Any]]) -> None:
        document = {"guisach": "operations", "v": 1, "operations": operations}
        enrolling.bring(gzip.compress(json.dumps(document).encode(), mtime=0), self.time)
        self._note("file to the province", len(operations))

    def _falsify(self) -> None:
        """A broken program sends a known id with other content: a fork, kept and never applied."""
        desk = self.dice.choice(self.desks)
        known = [told for told in desk.outbox.values() if told.op in desk.acknowledged and "copy" in told.operation]
        told = self.dice.choice(known) if known else None
        if told is not None and not desk.needs_code and told.op in self._in_log():
            self.falsified.add(told.op)
            desk.send_once({**told.operation, "copy": "KHAC"}, self.link, expected="fork")
            self._note("falsify", desk.name)

    def _turn_clock(self) -> None:
        desk = self.dice.choice(self.desks)
        desk.clock.wrong_by = timedelta(days=self.dice.choice(_WILD_DAYS))
        if self.dice.random() < 0.4:
            desk.clock.wrong_by = timedelta(seconds=self.dice.randrange(-90, 90))
        desk.clock.zone = self.dice.choice(_ZONES)
        self._note("clock", desk.name, desk.clock.wrong_by)

    def _lose_signal(self) -> None:
        desk = self.dice.choice(self.desks)
        desk.offline_until = self.time.at + timedelta(days=self.dice.choice([0.2, 1, 4, 10]))
        self._note("no signal", desk.name)

    def _update_software(self) -> None:
        """Put in the version that knows the kind which the present one does not."""
        if self._unlearnt is not None:
            kinds._kinds[_LATER_KIND], self._unlearnt = self._unlearnt, None
            journal.retry_pending()
            self._note("update")

    # Helpers ---------------------------------------------------------------------------------------------------------

    def _new_desk(self, place: str) -> None:
        made = random.Random(self.dice.random())  # noqa: S311  (as above)
        actors = (world.ACTORS[place], "hoa") if self.dice.random() < 0.3 else (world.ACTORS[place],)
        desk = Desk(f"desk{len(self.all_desks)}", place, actors, made, id_from(made, self.time.at))
        desk.clock.zone = _ZONES[self.dice.random() < 0.2]
        self._enrol(desk)
        self._keep(desk)

    def _keep(self, desk: Desk) -> None:
        desk.audit, desk.is_hasty = self._audit, self._are_hasty
        self.desks.append(desk)
        self.all_desks.append(desk)

    def _enrol(self, desk: Desk) -> None:
        """Enrol a desk with somebody standing by: whoever gets no answer tries again."""
        if desk.device in self.revoked or desk.device in self._outcasts:
            return  # what it still has can only be brought as a file
        code = enrolling.code_for(desk.place, self.time)
        self._until_answered(lambda: desk.enrol(self.link, code, desk.name))
        for actor in desk.actors:
            self._until_answered(lambda actor=actor: desk.prove(self.link, actor, world.PASSWORD))  # type: ignore[misc]

    def _until_answered(self, ask: Callable[[], None]) -> None:
        was = self.link.is_good
        for _ in range(20):
            try:
                ask()
            except NoAnswer:
                self.link.is_good = True  # somebody walks up the hill
                continue
            break
        self.link.is_good = was

    def _audit(self, desk: Desk, known: dict[str, Any]) -> None:
        """Compare what hello says of a desk's numbers with the log, and with the newest backup."""
        end = self._ends().get((desk.device, desk.epoch), 0)
        if known["contiguous"] != end:
            desk.faults.append(f"hello says that {desk.name} is whole up to {known['contiguous']}; it is up to {end}")
        safe = self._safe.get((desk.device, desk.epoch), 0)
        if known["backed_up_through"] > safe:
            desk.faults.append(f"hello says {known['backed_up_through']} of {desk.name} are in a backup, not {safe}")

    def _ends(self) -> dict[tuple[UUID, int], int]:
        """Return up to which number each chain is whole in the log, counted one by one."""
        operations = apps.get_model("journal", "Operation").objects.filter(has_own_seq=True)
        ends: dict[tuple[UUID, int], int] = {}
        for dev, epoch, seq in operations.order_by("dev", "epoch", "seq").values_list("dev", "epoch", "seq"):
            if ends.get((dev, epoch), 0) == seq - 1:
                ends[dev, epoch] = seq
        return ends

    def _in_log(self) -> set[str]:
        return {str(op) for op in apps.get_model("journal", "Operation").objects.values_list("op", flat=True)}

    def _waiting(self, desk: Desk) -> bool:
        unanswered = {one["op"] for one in desk.held()} - desk.acknowledged - desk.refused
        return bool(unanswered)

    def _note(self, what: str, *words: object) -> None:
        self.happened[what] += 1
        self.journal.append("|".join(map(str, (what, *words))))
