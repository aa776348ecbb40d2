"""What is typed about loan rules and days without service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guisach.domain.catalogue.queries import record_kinds
from guisach.domain.circulation.rules.policy import BOUNDS, Rule, Terms
from guisach.domain.network.queries import communes, place_kind_names, places
from guisach.domain.readers.queries import lending_groups
from guisach.kernel.text import collation_key
from guisach.web.work import policy_words, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

RULES_SHOWN_MAX = 200
_FOR_ALL = [("", _("all"))]
_YES_NO = [("", "–"), ("yes", _("yes")), ("no", _("no"))]
_FLAGS = ("is_lendable", "until_next_visit", "on_fair_days")
_PLACE, _KIND, _COMMUNE = "place:", "kind:", "commune:"


def where_choices(on: date) -> list[tuple[str, Any]]:
    """Offer all, each kind of place, each place; one query."""
    kinds = [(_KIND + kind, words.capital(label)) for kind, label in place_kind_names()]
    found = sorted(places(on=on), key=lambda place: collation_key(place.name))
    named = [(_PLACE + place.pk, f"{place.name} ({place.commune.name})") for place in found]
    return [("", _("everywhere")), (str(_("Kinds of place")), kinds), (str(_("Places")), named)]


def group_choices() -> list[tuple[str, Any]]:
    """Offer all, each reader group, and the kinds of card that the rules take as groups."""
    return [*_FOR_ALL, *((group, words.capital(label)) for group, label in lending_groups())]


def material_choices() -> list[tuple[str, Any]]:
    """Offer all and each kind of material."""
    return [*_FOR_ALL, *((kind, words.capital(label)) for kind, label in record_kinds())]


class Asking(forms.Form):
    """Which rule applies?"""

    place = forms.ChoiceField(label=_("Place"), required=False)
    group = forms.ChoiceField(label=_("Reader group"), required=False)
    material = forms.ChoiceField(label=_("Kind of material"), required=False)
    on = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, on: date) -> None:
        super().__init__(data)
        found = sorted(places(on=on), key=lambda place: collation_key(place.name))
        self.kinds = {place.pk: place.kind for place in found}
        self._choose("place", [("", _("any place")), *((p.pk, f"{p.name} ({p.commune.name})") for p in found)])
        self._choose("group", [("", _("any group")), *group_choices()[1:]])
        self._choose("material", [("", _("any kind")), *material_choices()[1:]])

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)


def _number(term: str) -> forms.IntegerField:
    least, most = BOUNDS[term]
    attrs = {"inputmode": "numeric", "size": 3, "class": "num"}
    return forms.IntegerField(required=False, min_value=least, max_value=most, widget=forms.TextInput(attrs=attrs))


class RuleForm(forms.Form):
    """One rule of a draft. A field left empty settles nothing."""

    where = forms.ChoiceField(label=_("Where"), required=False)
    group = forms.ChoiceField(label=_("Reader group"), required=False)
    material = forms.ChoiceField(label=_("Kind of material"), required=False)
    is_lendable = forms.ChoiceField(label=_("May be taken home"), required=False, choices=_YES_NO)
    loan_days = _number("loan_days")
    loans_max = _number("loans_max")
    renewal_days = _number("renewal_days")
    renewals_max = _number("renewals_max")
    holds_max = _number("holds_max")
    until_next_visit = forms.ChoiceField(label=_("Until the van comes again"), required=False, choices=_YES_NO)
    on_fair_days = forms.ChoiceField(label=_("Due on fair days"), required=False, choices=_YES_NO)

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, Any]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = offered
        for name, field in self.fields.items():
            field.label = policy_words.TERMS.get(name, field.label)

    @property
    def rule(self) -> Rule:
        """What the form says, once it is valid."""
        said = self.cleaned_data
        where = said["where"]
        terms = {name: {"yes": True, "no": False}.get(said[name]) for name in _FLAGS}
        terms |= {name: said[name] for name in BOUNDS}
        return Rule(
            place=where.removeprefix(_PLACE) if where.startswith(_PLACE) else "",
            place_kind=where.removeprefix(_KIND) if where.startswith(_KIND) else "",
            group=said["group"],
            material=said["material"],
            terms=Terms(**terms),
        )


def written(rule: Rule) -> dict[str, Any]:
    """Give the first values of a rule's form."""
    where = _PLACE + rule.place if rule.place else _KIND + rule.place_kind if rule.place_kind else ""
    flags = {name: {True: "yes", False: "no"}.get(getattr(rule.terms, name), "") for name in _FLAGS}
    numbers = {name: getattr(rule.terms, name) for name in BOUNDS}
    return {"where": where, "group": rule.group, "material": rule.material, **flags, **numbers}


def rules_formset(data: Any, rules: Sequence[Rule], *, on: date) -> forms.BaseFormSet[RuleForm]:
    """Give the rows of a draft, and an empty one to add a rule."""
    choices = {"where": where_choices(on), "group": group_choices(), "material": material_choices()}
    made = forms.formset_factory(RuleForm, extra=1, can_delete=True, max_num=RULES_SHOWN_MAX, validate_max=True)
    first = [written(rule) for rule in rules]
    return made(data, initial=first, prefix="rule", form_kwargs={"choices": choices})


class Publishing(forms.Form):
    """From when, and by which document."""

    valid_from = forms.DateField(label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"}))
    decision = forms.CharField(
        label=_("Deciding document"), required=False, max_length=120, help_text=_("Its number and date.")
    )


class Closing(forms.Form):
    """Days without service."""

    where = forms.ChoiceField(label=_("Where"), required=False)
    first_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Why"), max_length=120)

    def __init__(self, data: Any = None, *, on: date) -> None:
        super().__init__(data)
        found = sorted(places(on=on), key=lambda place: collation_key(place.name))
        named = [(_PLACE + place.pk, f"{place.name} ({place.commune.name})") for place in found]
        around = sorted(communes(on), key=lambda commune: collation_key(commune.name))
        field = self.fields["where"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("the whole province")),
                (_("Communes"), [(_COMMUNE + one.pk, one.name) for one in around]),
                (_("Places"), named),
            ]

    @property
    def scope(self) -> dict[str, str]:
        """Where it is closed, as the action takes it."""
        where = self.cleaned_data["where"]
        if where.startswith(_PLACE):
            return {"place": where.removeprefix(_PLACE)}
        return {"commune": where.removeprefix(_COMMUNE)} if where.startswith(_COMMUNE) else {}
