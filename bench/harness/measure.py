"""Contestants in turn, round after round; what counts is the ratio within a round."""
import dataclasses
import statistics

from harness.contestants import Failed


@dataclasses.dataclass
class Range:
    """The median of some figures, with the least and the largest."""
    median: float
    low: float
    high: float

    @staticmethod
    def of(values):
        return Range(statistics.median(values), min(values), max(values))

    def text(self, digits=2):
        return f"{self.median:,.{digits}f} ({self.low:,.{digits}f} to {self.high:,.{digits}f})"


def ratio(ours, theirs):
    """Of the speeds of two results, round by round."""
    return Range.of([a / b for a, b in zip(ours["speeds"], theirs["speeds"])])


def speed(answer):
    return answer["steps"] / answer["seconds"]


def steps_for(contestant, seconds, guess):
    """As many steps as take about so long, found by runs that are each ten times longer at most."""
    steps = guess
    while True:
        answer = contestant.run(steps)
        if answer["seconds"] > seconds / 4:
            return max(1, round(seconds * speed(answer)))
        steps = max(2 * steps, min(10 * steps, round(seconds * speed(answer))))


def checked(contestants, steps):
    """Those that come through the check, and their losses."""
    able, losses = [], []
    for contestant in contestants:
        try:
            losses.append(contestant.run(steps, True)["loss"])
            able.append(contestant)
        except Failed as failure:
            print(f"  {contestant.name} is left out: {failure}", flush=True)
    return able, losses


def compete(contestants, rounds, seconds, check_steps):
    """For each of the contestants its speeds, in steps a second, and its loss after the check. Every
    other round goes backwards."""
    contestants, losses = checked(contestants, check_steps)
    steps = [steps_for(contestant, seconds, max(1, check_steps // 50)) for contestant in contestants]
    speeds = [[] for _ in contestants]
    order = list(range(len(contestants)))
    for number in range(rounds):
        for i in order if number % 2 == 0 else reversed(order):
            speeds[i].append(speed(contestants[i].run(steps[i])))
    return [{"name": c.name, "version": c.version, "note": c.note, "speeds": s, "loss": loss}
            for c, s, loss in zip(contestants, speeds, losses)]
