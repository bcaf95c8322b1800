from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.lookups import Lookup

from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position


class IndexedText(models.TextField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Tokens of tokenizer.py, separated by spaces; migration 0001 keeps each store's index over them."""


@IndexedText.register_lookup
class Matches(Lookup):
    """`tokens__matches=question`, a `rules.Question` written for the store at hand."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        model = self.lhs.target.model
        rowid = f'"{self.lhs.alias}"."{model._meta.pk.column}"'
        words = model.WORDS
        return f"{rowid} IN (SELECT rowid FROM {words} WHERE {words} MATCH %s)", [self.rhs.for_fts5()]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        return f'"{self.lhs.alias}".words @@ %s::tsquery', [self.rhs.for_tsquery()]


class SearchEntry(models.Model):
    """What search knows of one published position of an announced fair. Written only by services.py.

    `city` and `district` are GB/T 2260 codes. `pay_low` and `pay_high` are yuan a month by `rules.monthly`.
    `pay_bands`, `board`, `mode` and `groups` are sets of bits, by `rules.BITS`.
    """

    WORDS: ClassVar = "search_entry_words"

    position = models.OneToOneField(Position, on_delete=models.CASCADE, primary_key=True, related_name="+")
    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="+")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    booth = models.BigIntegerField(null=True, db_index=True, help_text="id of the employer's booth there")
    zone = models.BigIntegerField(null=True)
    title = models.CharField(max_length=120, help_text="folded")
    city = models.CharField(max_length=6, blank=True)
    district = models.CharField(max_length=6, blank=True)
    occupation = models.CharField(max_length=10, blank=True)
    education = models.CharField(max_length=2)
    form = models.CharField(max_length=10, blank=True)
    pay_low = models.PositiveIntegerField()
    pay_high = models.PositiveIntegerField()
    pay_bands = models.PositiveSmallIntegerField()
    board = models.PositiveSmallIntegerField()
    mode = models.PositiveSmallIntegerField()
    groups = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    valid_until = models.DateField()
    tokens = IndexedText()

    class Meta:
        verbose_name = "岗位检索"
        verbose_name_plural = "岗位检索"
        indexes = [
            models.Index(fields=["published_at", "position"], name="search_newest"),
            models.Index(fields=["fair", "published_at", "position"], name="search_newest_of_fair"),
            models.Index(fields=["pay_low", "pay_high", "position"], name="search_best_paid"),
            models.Index(fields=["employer", "fair"], name="search_of_employer"),
        ]


class EmployerEntry(models.Model):
    """What search knows of one employer at one announced fair."""

    WORDS: ClassVar = "search_employer_words"

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="+")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    booth = models.BigIntegerField(null=True, db_index=True)
    zone = models.BigIntegerField(null=True)
    name = models.CharField(max_length=160, help_text="folded")
    tokens = IndexedText()

    class Meta:
        verbose_name = "企业检索"
        verbose_name_plural = "企业检索"
        constraints = [
            models.UniqueConstraint(fields=["fair", "employer"], name="one_entry_per_participation")
        ]
