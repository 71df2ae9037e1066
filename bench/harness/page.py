"""What was measured, as Markdown: the generated part of docs/performance.md."""
from harness.measure import Range, ratio
from harness.roster import LIMIT
from harness.works import WORKS

BEGIN = "<!-- measured: written by bench/run -->"
END = "<!-- end of what was measured -->"
TITLES = {work.name: work.title for work in WORKS}
LIMIT_SHARE = .9
LOSS_TOLERANCE = .01


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def digits(value):
    return 0 if value >= 100 else 1


def per_second(result, worth):
    speeds = Range.of([speed * worth for speed in result["speeds"]])
    return speeds.text(digits(speeds.low))


def find(results, name):
    return next((result for result in results if result["name"] == name), None)


def best_peer(results):
    peers = [r for r in results if r["name"] not in ("Clino", LIMIT)]
    return max(peers, key=lambda r: Range.of(r["speeds"]).median, default=None)


def differs(result, clino):
    """Whether a contestant has learned something else in the check: then it did other work."""
    return result["loss"] is not None and (
        abs(result["loss"] - clino["loss"]) > LOSS_TOLERANCE * abs(clino["loss"]))


def verdict(work, measured, one_thread):
    """A row of the summary."""
    results, threads = measured["results"], measured["threads"]
    clino, peer, limit = find(results, "Clino"), best_peer(results), find(results, LIMIT)
    of_limit = ratio(clino, limit)
    ahead = ratio(clino, peer) if peer else None
    wanted = work.wanted[threads - 1] if threads in (1, 2) else None
    reached = "at the limit" if of_limit.median >= LIMIT_SHARE else "**no**"
    if wanted and ahead and ahead.median >= wanted:
        reached = "yes"
    goal = f"{wanted}x" if wanted else "-"
    if work.name == "w1" and threads > 1 and one_thread:
        alone = find(one_thread["results"], "Clino")
        share = Range.of(clino["speeds"]).median / Range.of(alone["speeds"]).median
        goal, reached = f"as with 1 thread: {share:.2f}x", "yes" if share >= .95 else "**no**"
    return [work.name, threads, f"{per_second(clino, measured['worth'])} {work.unit}",
            f"{peer['name']}" if peer else "none", ahead.text() if ahead else "-", goal,
            of_limit.text(), reached]


def summary(works):
    rows = []
    for work in WORKS:
        measured = {m["threads"]: m for m in works.get(work.name, [])}
        rows += [verdict(work, m, measured.get(1)) for m in measured.values()]
    head = ["work", "threads", "Clino", "best peer", "Clino is faster by", "wanted",
            "share of the limit probe", "reached"]
    return table(head, rows)


def contest(work, measured):
    results = measured["results"]
    clino = find(results, "Clino")
    rows = []
    for result in results:
        name = " ".join(filter(None, [result["name"], result["version"]]))
        note = f" ({result['note']})" if result["note"] else ""
        loss = "" if result["loss"] is None else f"{result['loss']:.4g}"
        loss += " **differs**" if differs(result, clino) else ""
        versus = "" if result is clino else ratio(clino, result).text()
        rows.append([name + note, per_second(result, measured["worth"]), versus, loss])
    threads = f"{measured['threads']} thread" + ("s" if measured["threads"] > 1 else "")
    return table([threads, work.unit, "Clino is faster by", "loss"], rows)


def contests(works):
    parts = []
    for work in WORKS:
        if work.name in works:
            parts.append(f"### {TITLES[work.name]}")
            parts += [contest(work, measured) for measured in works[work.name]]
    return parts


def looking(results):
    names = {"auto": "as it comes, {} steps", 10: "every 10. step, {} steps", 1: "every step, {} steps"}
    rows = [[TITLES[name], names[f["every"]].format(f["steps"]), Range.of(f["clock"]).text(1),
             Range.of(f["processor"]).text(1), f"{f['fastest']:.1f}"]
            for name, found in results.items() for f in found]
    return table(["work", "logged", "speed lost by the clock, %", "by all processors, %",
                  "by the clock of the fastest runs, %"], rows)


def upkeep(results):
    memory = [[name, f"{value:.0f}"] for name, value in results["memory"].items()]
    start = [[name, Range.of(times).text(1)] for name, times in results["start"].items()]
    return [table(["W2, 1 thread", "most resident memory, MiB"], memory),
            table(["a run of one step of W1", "outside of training, ms"], start)]


def page(results, pictures):
    """`pictures`: {"speed": a path or None, "sweep": ...}, relative to the page."""
    machine = results["machine"]
    rates = [(f"best matrix product, {threads} thread" + ("s" if int(threads) > 1 else ""),
              f"{rate['rate']:.0f} GFLOP/s ({rate['with']})")
             for threads, rate in results.get("products", {}).items()]
    parts = [BEGIN, table(["measured on", results["date"]], machine + rates),
             f"Medians of {results['rounds']} rounds of {results['seconds']} s, with the least and the "
             "largest. " + ("Absent: " + "; ".join(results["absent"]) + "." if results["absent"]
                            else "All peers were present.")]
    if results.get("works"):
        if pictures.get("speed"):
            parts.append(f"![Speed of the peers, Clino being 1]({pictures['speed']})")
        parts += [summary(results["works"]), *contests(results["works"])]
    if results.get("looking"):
        parts += ["### What looking costs", looking(results["looking"])]
    if results.get("upkeep"):
        parts += ["### Memory and start-up", *upkeep(results["upkeep"])]
    if results.get("sweep") and pictures.get("sweep"):
        parts += ["### Time of a step against the size",
                  f"![Time of a step against width, depth and batch]({pictures['sweep']})"]
    return "\n\n".join([*parts, END]) + "\n"


def insert(path, generated):
    """Puts the generated part between its markers; the prose around them stays."""
    text = path.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END + "\n")
    if not begin or not end:
        raise SystemExit(f"{path}: the markers {BEGIN} and {END} are missing")
    path.write_text(before + generated + after)
