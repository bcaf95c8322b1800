from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from jobfair.core.prepared import find


class UserManager(BaseUserManager["User"]):
    def get(self, *args: Any, **named: Any) -> User:
        """Django's; by id alone, as each request asks for its person, in a plain statement."""
        if type(self) is not UserManager or args or named.keys() != {"pk"} or type(named["pk"]) is not int:
            return super().get(*args, **named)
        found = find(self.model, named["pk"])
        if found is None:
            raise self.model.DoesNotExist
        return found

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Anyone the fair knows: a guest on one device, a person with a verified phone, or staff.

    What a person may do follows from relations (Recruiter, FairStaff), never from this row.
    """

    username = models.CharField("用户名", max_length=64, unique=True)
    phone = models.CharField(
        "手机号", max_length=20, unique=True, null=True, blank=True, help_text="E.164, +8613…"
    )
    phone_verified = models.BooleanField("手机号已验证", default=False)
    email = models.EmailField(blank=True)
    display_name = models.CharField("称呼", max_length=40, blank=True)
    is_guest = models.BooleanField("访客", default=False)
    device = models.UUIDField(
        unique=True, null=True, blank=True, editable=False, help_text="the guest's device; empty once merged"
    )
    is_staff = models.BooleanField("可进入后台", default=False)
    is_active = models.BooleanField("启用", default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    sessions_ended = models.PositiveIntegerField(
        default=0, editable=False, help_text="how often all sessions of this user were ended at once"
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()
    password_before: str | None = None  # during a save that changes it, see passwords.py

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_guest=False) | Q(phone=None, is_staff=False, is_superuser=False),
                name="guest_has_no_phone_or_staff_rights",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(is_guest=True, is_active=False, device=None),
                name="merged_guest_is_inactive",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With what signal receivers state about it, in one transaction."""
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.display_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django compares this with each session's: another password, or one more ending, ends them all."""
        mark = f"{self.password}:{self.sessions_ended}" if self.sessions_ended else self.password
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return salted_hmac(salt, mark, secret=secret, algorithm="sha256").hexdigest()


class DevelopmentCode(models.Model):
    """A code the development sender would have sent. Written with DEBUG on only; kept ten minutes."""

    phone = models.CharField(max_length=20)
    code = models.CharField(max_length=12)
    at = models.DateTimeField(db_index=True)
