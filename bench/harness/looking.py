"""What looking costs: the same training with nothing logged, and with every default probe on."""

# "auto" aims at a number of records in a run, so that it costs less the longer a run is.
LONGER = {"auto": 2}
DISTANCES = ["null", 10, 1, "auto"]


def lost(clino, rounds, steps):
    """For each distance between records the shares of speed that it costs, in percent: by the clock,
    and by what all processors did, start-up left out; and by the clock of the fastest runs, which
    were disturbed least. Rounds go forwards and backwards in turn."""
    found = {every: {"every": every, "steps": steps * LONGER.get(every, 1), "clock": [],
                     "processor": []} for every in DISTANCES[1:]}
    fastest = dict.fromkeys(DISTANCES, float("inf"))
    start_up = clino.run(1)["processor_seconds"]

    def costs(every):
        """Of a step: seconds by the clock and of all processors."""
        count = steps * LONGER.get(every, 1)
        answer = clino.run(count, changes=[f"log.every={every}"])
        return answer["seconds"] / count, (answer["processor_seconds"] - start_up) / count

    for number in range(rounds):
        taken = {every: costs(every) for every in DISTANCES[::-1 if number % 2 else 1]}
        fastest = {every: min(fastest[every], taken[every][0]) for every in DISTANCES}
        for every, losses in found.items():
            for kind, name in enumerate(("clock", "processor")):
                losses[name].append(100 * (1 - taken["null"][kind] / taken[every][kind]))
    for every, losses in found.items():
        losses["fastest"] = 100 * (1 - fastest["null"] / fastest[every])
    return list(found.values())
