"""`manage.py load_demo`: the demo fair, open now. Loading it again changes nothing, or moves it to today."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jobfair.config import demo
from jobfair.core import clock
from jobfair.positions.management.commands.import_positions import print_standing


class Command(BaseCommand):
    help = "载入演示招聘会（南通站，数据均为虚构）。可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seekers", action="store_true", help="另载入演示求职者、简历和投递（只在调试时）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = demo.load(now=clock.now(), with_seekers=options["seekers"])
        until = clock.local(loaded.fair.closes_at)
        self.stdout.write(
            f"演示招聘会：{loaded.fair.name}，{loaded.booths} 个展位，开放到 {until:%m-%d %H:%M}"
        )
        print_standing(self, loaded.standing)
        self.stdout.write(f"已发布与等待合计：{loaded.standing.published + loaded.standing.waits}")
        if loaded.people:
            self.stdout.write(f"演示账号（密码都是 {loaded.password}）：")
        for person in loaded.people:
            phone = f"（手机号 {person.phone}，验证码见 /dev/codes）" if person.phone else ""
            self.stdout.write(f"  {person.username:<18}{person.place}{phone}")
        if loaded.seekers:
            first, last = loaded.seekers[0], loaded.seekers[-1]
            self.stdout.write(
                f"演示求职者 {len(loaded.seekers)} 人，已投递简历，手机号 {first.phone}（{first.username}）"
                f"到 {last.phone}（{last.username}），验证码见 /dev/codes"
            )
        if loaded.recovery_codes:
            self.stdout.write(
                "组织者登录还要两步验证：6 位数字见 /dev/codes，"
                f"或用一次性恢复码 {' '.join(loaded.recovery_codes[:3])}"
            )
