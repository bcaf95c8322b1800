"""Search over 71,000 positions and 2,005 employers, on both stores, beside the scan it replaces.

    python bench/search.py [--quick] [--json] [--store sqlite|postgres] [--rounds 5]

60 labelled queries, half of them two characters, go through the HTTP API in this process: words, counts of every
filter, and the first page. The peer answers the same words in the same run by `icontains` over title, employer,
place and notes (LIKE on SQLite, UPPER LIKE on PostgreSQL): the count and the first page, no counts of filters,
no other names. Both take turns query by query, in at least five rounds. Recall is of all that a label names, not
of the first page; labels come from the generator's tags (demo_positions.py), so no tokenizer had a say in them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
GOAL_RECALL, GOAL_MS = 0.95, 50.0

# What is typed, and what it must find: tags of work, and what else must hold.
QUERIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    # two characters
    ("焊工", "welder", {}),
    ("普工", "labourer", {}),
    ("会计", "accountant", {}),
    ("电工", "electrician", {}),
    ("保安", "guard", {}),
    ("保洁", "cleaner", {}),
    ("司机", "driver", {}),
    ("月嫂", "maternity", {}),
    ("护工", "carer", {}),
    ("保姆", "housework", {}),
    ("厨师", "cook", {}),
    ("店长", "shop_head", {}),
    ("车工", "lathe", {}),
    ("钳工", "fitter", {}),
    ("叉车", "forklift", {}),
    ("骑手", "courier", {}),
    ("质检", "inspector", {}),
    ("机修", "repair", {}),
    ("采购", "buyer", {}),
    ("销售", "sales", {}),
    ("文员", "clerk", {}),
    ("人事", "hr", {}),
    ("教师", "teacher", {}),
    ("护士", "nurse", {}),
    ("主播", "host", {}),
    ("客服", "service", {}),
    ("外贸", "trade", {}),
    ("打包", "packer", {}),
    ("出纳", "cashier_office", {}),
    ("跟单", "follow_up", {}),
    # longer ones, places, board, Latin, and the ways people type
    ("电焊工", "welder", {}),
    ("操作工", "labourer", {}),
    ("水电工", "electrician", {}),
    ("快递员", "courier", {}),
    ("分拣员", "sorter", {}),
    ("服务员", "waiter", {}),
    ("收银员", "till", {}),
    ("缝纫工", "seamstress", {}),
    ("挡车工", "weaver", {}),
    ("仓管员", "warehouse", {}),
    ("育婴师", "nursery", {}),
    ("施工员", "builder_lead", {}),
    ("造价员", "cost", {}),
    ("养老护理", "carer", {}),
    ("医药代表", "drug_sales", {}),
    ("机械工程师", "mechanical", {}),
    ("测试工程师", "tester", {}),
    ("java", "java", {}),
    ("ＳＭＴ", "smt", {}),
    ("ehs", "ehs", {}),
    ("焊工 海门", "welder", {"place": "320614"}),
    ("通州电工", "electrician", {"place": "320612"}),
    ("昆山 普工", "labourer", {"place": "320583"}),
    ("江阴会计", "accountant", {"place": "320281"}),
    ("如皋 保安", "guard", {"place": "320682"}),
    ("焊工 包吃住", "welder", {"meals": True, "lodging": True}),
    ("普工 提供住宿", "labourer", {"notes": "两班倒,提供住宿"}),
    ("招聘焊工", "welder", {}),
    ("光伏安装", "solar", {}),
    ("新媒体运营", "media_ops", {}),
)
assert len(QUERIES) == 60
assert sum(len(text) == 2 for text, _, _ in QUERIES) == 30


def main() -> int:
    asked = arguments()
    if asked.child:
        print(json.dumps(measure(asked)))
        return 0
    results = []
    for store in [asked.store] if asked.store else ["sqlite", "postgres"]:
        with tempfile.TemporaryDirectory(prefix="jobfair-bench-") as folder:
            results.append(run_child(store, folder, asked))
    print(json.dumps(results, ensure_ascii=False, indent=1) if asked.json else "\n".join(table(results)))
    return 0 if asked.quick or all(is_met(result) for result in results) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="a twentieth of the rows, 2 rounds: does it run at all"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--store", choices=["sqlite", "postgres"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def run_child(store: str, folder: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Django reads its settings once, so each store has a process of its own."""
    from tests import stores

    env = {name: value for name, value in os.environ.items() if not name.startswith("JOBFAIR_")}
    env |= {"JOBFAIR_DEBUG": "", "JOBFAIR_SECRET_KEY": "benchmark-only-" * 5, "JOBFAIR_STATE": folder}
    env |= {"DJANGO_SETTINGS_MODULE": "jobfair.config.settings", "DATABASE_URL": "", "REDIS_URL": ""}
    env |= {"JOBFAIR_LOG_LEVEL": "ERROR"}
    server = stores.start_postgres() if store == "postgres" else None
    try:
        if server is not None:
            env["DATABASE_URL"] = server.url
        command = [sys.executable, __file__, "--child", "--store", store, "--rounds", str(asked.rounds)]
        done = subprocess.run(
            [*command, *(["--quick"] if asked.quick else [])], env=env, check=True, stdout=subprocess.PIPE
        )
        return dict(json.loads(done.stdout))
    finally:
        if server is not None:
            server.stop()


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import demo_positions
    from bench.demo_positions import EMPLOYERS, FAIRS, POSITIONS, Size
    from jobfair.core import clock

    size = Size(4, 100, POSITIONS // 20) if asked.quick else Size(FAIRS, EMPLOYERS, POSITIONS)
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    demo_positions.make(size, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    made = time.monotonic() - began
    rounds = [one_round() for _ in range(2 if asked.quick else max(5, asked.rounds))]
    return {
        "store": asked.store,
        "positions": size.positions,
        "employers": size.employers,
        "made_in_s": round(made, 1),
        "queries": recalls(),
        "product": summary([product for product, _ in rounds]),
        "peer": summary([peer for _, peer in rounds]),
        "employers_ms": summary([employer_round() for _ in range(len(rounds))]),
    }


def one_round() -> tuple[list[float], list[float]]:
    """Milliseconds per query: ours and the peer's, taking turns."""
    ours, peers = [], []
    for text, _, _ in QUERIES:
        ours.append(timed(lambda text=text: ask_product(text)))
        peers.append(timed(lambda text=text: ask_peer(text)))
    return ours, peers


def employer_round() -> list[float]:
    names = ("东升", "瑞丰机械", "物流", "佳禾 纺织", "船舶重工", "0042")
    return [timed(lambda name=name: get("/api/search/employers", name)) for name in names for _ in range(5)]


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def ask_product(text: str) -> dict[str, Any]:
    return get("/api/search/positions", text)


def get(path: str, text: str) -> dict[str, Any]:
    reply = client().get(path, {"q": text}, headers={"host": "localhost"})
    assert reply.status_code == 200, reply.content
    return dict(reply.json())


@cache
def client() -> Any:
    from django.test import Client

    return Client()


def ask_peer(text: str) -> int:
    from django.db.models import Q

    from jobfair.positions.models import Position

    found = Position.objects.filter(state=Position.State.PUBLISHED)
    for word in text.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(employer__name__icontains=word)
            | Q(area__icontains=word)
            | Q(notes__icontains=word)
        )
    list(found.select_related("employer", "fair__city").order_by("-published_at", "-pk")[:20])
    return found.count()


def recalls() -> list[dict[str, Any]]:
    """Per query: how many the label names, which share was found, and which share of the first page is right."""
    from jobfair.positions.models import Position
    from jobfair.search.models import SearchEntry
    from jobfair.search.queries import known_places
    from jobfair.search.rules import ask

    rows = []
    for text, tag, also in QUERIES:
        meant = set(Position.objects.filter(stated__tag=tag, **also).values_list("pk", flat=True))
        question = ask(text, known_places())
        found = set(SearchEntry.objects.filter(tokens__matches=question).values_list("pk", flat=True))
        page = [item["id"] for item in ask_product(text)["items"]]
        right = set(Position.objects.filter(stated__tag=tag, pk__in=page).values_list("pk", flat=True))
        rows.append(
            {
                "q": text,
                "labelled": len(meant),
                "found": len(found),
                "recall": len(meant & found) / len(meant) if meant else 1.0,
                "first_page": len(right) / len(page) if page else 1.0,
                "peer_recall": peer_recall(text, meant),
            }
        )
    return rows


def peer_recall(text: str, meant: set[int]) -> float:
    from django.db.models import Q

    from jobfair.positions.models import Position

    found = Position.objects.filter(pk__in=list(meant)[:30_000])
    for word in text.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(employer__name__icontains=word)
            | Q(area__icontains=word)
            | Q(notes__icontains=word)
        )
    return found.count() / len(meant) if meant else 1.0


def summary(rounds: list[list[float]]) -> dict[str, list[float]]:
    """Median over the rounds, and the range, of each round's p50 and p95; milliseconds."""
    p50 = [statistics.median(times) for times in rounds]
    p95 = [statistics.quantiles(times, n=20, method="inclusive")[18] for times in rounds]
    return {
        name: [round(value, 1) for value in (statistics.median(some), min(some), max(some))]
        for name, some in (("p50", p50), ("p95", p95))
    }


def is_met(result: dict[str, Any]) -> bool:
    return bool(mean(result, "recall") >= GOAL_RECALL and result["product"]["p95"][0] <= GOAL_MS)


def mean(result: dict[str, Any], what: str) -> float:
    return statistics.fmean(query[what] for query in result["queries"])


def table(results: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| store | | recall (lowest) | right on page 1 | p50 ms (range) | p95 ms (range) |",
        "|---|---|---|---|---|---|",
    ]
    for result in results:
        for who, key in (("search", "recall"), ("icontains", "peer_recall")):
            times = result["product" if who == "search" else "peer"]
            lowest = min(query[key] for query in result["queries"])
            right = f"{mean(result, 'first_page'):.3f}" if who == "search" else ""
            lines.append(
                f"| {result['store']} | {who} | {mean(result, key):.3f} ({lowest:.2f}) | {right} "
                f"| {_times(times['p50'])} | {_times(times['p95'])} |"
            )
        times = result["employers_ms"]
        lines.append(
            f"| {result['store']} | employers | | | {_times(times['p50'])} | {_times(times['p95'])} |"
        )
    first = results[0]
    lines.append(
        f"\n{first['positions']:,} positions, {first['employers']:,} employers, {len(QUERIES)} queries; made "
        "and indexed "
        + ", ".join(f"in {result['made_in_s']:.0f} s on {result['store']}" for result in results)
        + f". Goal: recall ≥ {GOAL_RECALL}, p95 ≤ {GOAL_MS:.0f} ms: "
        + ", ".join(f"{result['store']} {'met' if is_met(result) else 'NOT met'}" for result in results)
        + "."
    )
    short = sorted(
        {
            (round(query["recall"], 2), query["q"])
            for result in results
            for query in result["queries"]
            if query["recall"] < GOAL_RECALL
        }
    )
    lines.append("Below the goal: " + ("、".join(f"{q} {recall}" for recall, q in short) or "none") + ".")
    return lines


def _times(values: list[float]) -> str:
    middle, low, high = values
    return f"{middle:.1f} ({low:.1f}–{high:.1f})"


if __name__ == "__main__":
    sys.exit(main())
