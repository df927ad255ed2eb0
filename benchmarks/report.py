"""Put the results together: ``python -m benchmarks.report`` writes ``benchmarks/RESULTS.md``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.harness import RESULTS

TOP: Final = """\
# Results

Written by `python -m benchmarks.report` from `benchmarks/results/`, which each benchmark fills; the first
line of a block says when and on which machine, the second which command. Peers run in environments of
their own under `.bench/`, with pinned versions, in fresh processes that take turns with ours. Times are CPU
seconds, user and system, because the machine is shared; every peer here runs on one thread.
"""
SECTIONS: Final = {
    "group_audit": ("Group audit of a million rows", """\
Goal: at least 1,000 times less CPU than Fairlearn's MetricFrame. Ours begins at the Parquet file, Fairlearn's at a
frame that is in memory already; imports and a warm-up are left out on both sides. The log is made of random numbers,
as only its size and shape matter here.

Honestly: the factor is against inner loops in Python (one metric call a group, a measure and a grouping, each with its
own validation), not against physics. The baselines below show what a few lines of pandas or numpy do for the same
rates without bounds. Nobody needs `shall` to count fast; it needs to count fast to judge as often as it does."""),
    "other_peers": ("The group audit beside Aequitas", """\
Goal: faster than every other library of its kind that was tried. Aequitas counts with one `groupby` an attribute, and
is the nearest."""),
    "model_analysis": ("One log beside TensorFlow Model Analysis", """\
Goal: the peer that comes nearest in what it can: slices, merging, areas, calibration; it gives no bounds here."""),
    "compas": ("COMPAS: published rates, and equality to the last bit", """\
Goal: ProPublica's four published rates exactly; rates and gaps equal to Fairlearn's and scikit-learn's in every bit
where both define them."""),
    "no_false_alarms": ("No false alarms under exact parity", """\
Goal: with groups that are exactly equal, *broken* in at most 5 % of 2,000 worlds; at the boundary, wrongly *met* in at
most 5 %."""),
    "coverage": ("How often bounds are wrong", """\
Goal: each one-sided bound of 95 % is wrong in at most 5 % of worlds. Each line tells the worst of 25 cells, of 200 to
400 worlds each: the worst of so many lies at 8 or 9 where every one is at 5. Exact bounds are those of rates without
weights."""),
    "adult_frontier": ("Adult: accuracy at a ratio of selection rates of 0.80", """\
Goal: accuracy of at least 0.857 at a ratio of 0.80 (0.871 without a requirement) at ten times less CPU than Fairlearn's
ExponentiatedGradient with LightGBM, and no protected attribute when predicting."""),
    "equalized_odds": ("Adult: accuracy where true and false positive rates are within 0.05", """\
Goal: at least the accuracy of the reductions at a twelfth of the CPU, not worse than FairGBM by paired
differences."""),
    "compas_frontier": ("COMPAS: accuracy at a ratio of selection rates of 0.80", """\
The same contenders on 6,172 rows."""),
    "cross_groups": ("Sex by race: the price of a ratio of 0.80", """\
Goal: COMPAS found on every split at an accuracy of at least 0.651; Adult without the groups when predicting, which no
prototype reached."""),
    "certified": ("What was chosen, at the gate", """\
Goal: of the splits in which some candidate reaches the aim on held-out rows, at least 75 % of the chosen models are
*met* at the gate; at a true ratio of exactly 0.80 at most 5 % of gates say *met*, within three standard errors. The
splits of one data set share rows, so they are not independent."""),
    "build_cost": ("A whole `shall build`", """\
Goal: at most 60 CPU seconds from the files to the certificate, for Adult with three requirements and one look."""),
    "readiness": ("Planted faults, beside cleanlab and deepchecks", """\
Precision and recall of wrong labels, leaks, proxies and copies on three real sets; fresh seeds."""),
    "importance_weighting": ("Biased rows mended by a small reference", """\
Goal: 90 : 10 rows with 1 % reference: weighted group shares within 2 points of the reference's, and the bias down by
more than the 34.6 % that Choi et al. (2020) published. With 200 rows the reference itself is off by 1.6 points. Where
the group is in no column, no weights can do more than `best hidden`."""),
    "conformal": ("Conformal sets and intervals, beside MAPIE", """\
Goal: over 500 resplits of real rows coverage has its exact law; a million scores in at most one CPU second. By chance p
of the test of Kolmogorov and Smirnov is below 0.01 in one line of a hundred. `aps` and `raps` are not the same score in
both: ours takes half of the class's own probability; MAPIE by default includes the class that passes the limit, and
covers more than asked."""),
    "label_errors": ("Wrong labels, ranked, beside cleanlab", """\
Goal: 5 % wrong labels in 5,000 digits of MNIST ranked with an average precision of at least 0.89, and at the recall of
what cleanlab names a precision of at least 0.75. "Pairs": digits are mixed up with those that look alike."""),
    "intersections": ("What single attributes hide", """\
Goal: all intersections of three attributes with bounds for all of them at once; false alarms in at most 5 % of
worlds."""),
    "alarms": ("Alarms after every row", """\
Goal: a model exactly at its bound raises a false alarm once in the promised number of rows on average, or more rarely,
for each family of measures, rows independent or in households. Beside it, how soon a fall below the bound is found.
ADWIN and Page-Hinkley look for a change of any kind, from 0.82 here, and not for a broken bound; they were tuned to the
same rate of false alarms on lives at 0.80. Alarms "before" are of a model at 0.82, within its promise. A clock of
thirds tells three times in a life only: while it stands little new wealth comes, so alarms are rarer. Lines without an
e-detector are judged by window.

Of a calibration error in households the noise of units is taken out (decision 55); before, that line had 103 alarms.
The last block is of windows bounded straight from sums by bucket; before, 1,000 windows of a calibrated model (10 bins,
1,000 rows) gave 145 in a like world."""),
    "alarms_of_units": ("Alarms where rows belong together", """\
Goal: the same promise for households by their column, through a life as `shall watch` folds it, also for pairs of
groups and where the members of a household are of several groups. Below, what the promise is worth where nobody names
the households: shall cannot know of them."""),
    "watch_stream": ("Three years as a stream", """\
Goal: which requirement alarms when, with labels and without; estimated quality beside the true one. The limits are near
to the values, so that small changes show. In a random order nothing happens but what the model was always guilty of
(`equal`). In the order of the survey's files the people of institutions and dormitories come together at the turn of
2017 to 2018: the alarms of `found`, `trusted` and `fair` stand at its first people, `fair` without any label, while no
verdict of a whole year shows anything (`make demo`). `right` and `close`, near to their limits, sound falsely once each
in 2016 (seven of eight people in a row were judged wrongly): as rare as promised. Estimates see the fall, too, within
two windows and without a label. Elsewhere accuracy and precision are estimated too low and the true
positive rate too high, as more people were in work than in 2015, which no score can know: the bounds hold for what the
scores meant then, and the true value lies outside of them more often than not."""),
    "watch_groups": ("Alarms of pairs of many groups, and of windows by rows", """\
Goal: memory of some hundred megabytes however many groups there are, also where alarms are sought; a first false alarm
by window no sooner than a period. All pairs of 400 groups needed more than 12 GB before. Of a thousand groups with a
hundred rows each, one that is far below is not found by an alarm: its rows are too few, and the wealth is shared by all
pairs; the verdicts of windows say it."""),
    "watch_cost": ("What watching costs", """\
Goal: folding a million logged decisions with twenty requirements costs at most 1 CPU second more than reading them; a
row that comes alone at most 20 us, amortised. Both the tally of each window and the alarms after every row.

The first is kept, on a busy machine as well (a load of 13 on two cores). The code before took 1.03 s more with windows
of a month and 1.34 s with a hundred windows of 10,000 rows, in turn with this one. Alarms and state are the same to the
last bit (twelve random lives against the code before, 304 alarms). Rows one at a time cost 2 ms each, as every
look does, and from some 300 rows a look on a row costs 20 us or less: by the usual minute between two looks that is
from some 20 rows a second on, the file read and the state kept included. A row a second costs 0.03 % of a core. River's
detectors keep neither windows nor groups nor pairs nor verdicts."""),
    "on_population": ("What a biased log says of a population", """\
Goal: much nearer to what the hidden labels of the population say than the log as it is, and bounds that hold. NannyML
estimates from the scores (CBPE); the lines by hand are importance weights of scikit-learn without a check and without
bounds. Bounds of NannyML tell of sampling only, not of the estimate. Each one-sided bound may be wrong in 5 % of
worlds; ours know that the weights were learned."""),
    "automl": ("The search beside FLAML and AutoGluon", """\
Goal: without a requirement that binds, not significantly worse on any of five real tasks within the same CPU
seconds."""),
    "ship_ensemble": ("The graph beside the pipeline that it was made of", """\
Goal: one row from a dict at least 150 times less CPU than the pandas pipeline and 6 times less than lean Python; 64
rows 12 times, 4,096 rows 1.7 times; memory at most a quarter, a cold start at most a tenth; no decision flipped in
200,000 rows, the mean before calibration within 1e-6. Medians of interleaved rounds."""),
    "serving": ("What a request costs a server, beside MLflow and BentoML", """\
Goals: at most 10 times the CPU of an empty handler without a log, at most 14 times with validation and a durable log;
at least 10 times less than MLflow's server of the same graph, 100 times less than the pipeline in Python. CPU of the
server process, its threads and children; a ratio is the median of the ratios within one round.

Honestly: "not logged" is the same application with a log that keeps nothing, which no user can have. MLflow is asked in
three ways: by packed tensors (its own flavour of ONNX: no names, and a missing text is to be written as the graph has
it), by the names of columns, and with a signature, by which it checks what it is given, as ours does. Neither peer logs
what it decides. Ours decides in one call what comes at the same moment, so that one connection, which waits for each
answer, costs more for each request; both are told. Scores of all servers are compared: packed tensors are left out, as
numpy ends a text at its first NUL, and a missing text does not arrive."""),
    "load": ("A server under load", """\
Told, no goals: client and server share two cores with others. At a rate, times count from when a request was due."""),
    "soak": ("A server for a long time", """\
Goal: decisions answered and logged are the same, id by id; nothing fails while another version takes over; files and
threads stay within 2; memory grows by at most 1 MB in ten minutes after warming up. The machine was busy with other
work all the while (load 4 to 14 on 2 cores), which the times show.

With segments of 8,192 rows, 63 of them in 20 minutes: 528,218 = 528,218, 0 failed, -0.63 MB in ten minutes. Three
minutes at 500/s, all of it warming up: 197,348 = 197,348, 0 failed. Before it was +5.4 MB in ten minutes. Nothing was
lost or held on to (`tracemalloc`: 0.05 MB in 100 s; Arrow's pool: 0 bytes between seals), but sealing had a whole
journal in memory three times over, and both allocators kept the most that they ever had: 40 MB in Arrow's, 30 to 57 MB
in malloc's. Now a journal is read frame by frame, and after a seal Arrow's pool gives back what is free (0.1 ms). A
process that seals 65,536 rows of 39 columns five times: 208, 208, 208, 234, 233 MB after each before; 180, 181, 179,
177, 179 read frame by frame; 133, 132, 135, 134, 134 given back as well."""),
    "large_logs": ("Large logs: memory and CPU of 10^7 and 10^8 rows", """\
Goal: at most 400 MB at 10^7 and at 10^8 rows; at 10^8 at most 1.1 of the memory of 10^7, and a CPU for each row within
15 %. The processes are whole: starting Python, imports and, for the first, statistics are in them."""),
    "folder_manifest": ("A second check of a folder", """\
A check of a folder that was checked before reads only what is new. Beside each figure what it is beyond a process that
checks one file alone; differences of some hundredths of a second are noise."""),
    "over_scan": ("The group audit over only reading", """\
Goal: 10^7 rows at no more than 2.5 times the CPU of only reading their columns with pyarrow, in plain numpy on one
thread; at no more than 1.6 times the wall time on two. No compiled code of ours: see docs/decisions."""),
    "derived": ("All that follows from a tally", """\
Goal: at most 50 ms for six rates of 67 groups with all their intervals, at any number of rows. The verdicts beside it
also hold what would settle each line that is undecided."""),
    "micro_batches": ("Rows as they come", """\
Goal: a batch of one row in at most 20 microseconds, of 10,000 rows in at most 300. A counter keeps small batches and
counts many together; whoever asks for the tally after each row pays for `tally.count` each time."""),
    "many_requirements": ("Fifty requirements that share groups", """\
Goal: at most 1.5 times the time of five. The whole command is compared; what it does beyond starting is told too."""),
    "check_cost": ("`shall check` of 50,000 rows", """\
Goal: at most 1.5 CPU seconds in all, the start of Python included."""),
    "score_grid": ("The grid of scores", """\
Goal: AUC within 1e-4 of that of the rows, for ordinary and over-confident scores and at 0.1 % positives. With a
thousand equal bins it is off by up to 0.06 there."""),
    "converter_gaps": ("Fitted objects of scikit-learn as ONNX, beside skl2onnx", """\
Goal: each row equal to the library (1e-9, no class flips) or refused with the reason; nothing silently wrong. Rows to
ask include those that training never saw: missing values, categories that are new."""),
    "trees_parity": ("Boosters in the graph, on real rows", """\
Goal: raw scores bit-equal to LightGBM and XGBoost, no decision flipped on at least 200,000 rows that include those of
training, and the same bits for any number of rows at a time."""),
    "compression_digits": ("Smaller nets: MNIST, dense", """\
Goal: a net of at least 300,000 weights at least 3 times faster in batches and 4 times smaller for at most 0.005 of the
metric. Judged on rows that neither the net nor what made it smaller has seen."""),
    "compression_adult": ("Smaller nets: Adult, dense", "The same goal."),
    "compression_images": ("Smaller nets: MNIST, convolutions", "The same goal."),
    "compression_forest": ("Smaller forests: Adult, LightGBM", """\
Fewer trees and leaves, fitted to what all of them said."""),
    "compress_ensemble": ("A smaller ensemble under its requirements", """\
Goal: one row at least 3 times faster with every requirement of the file still met."""),
    "image_tests": ("Images as they may be met, beside albumentations and beside the whole grid", """\
Values agree but for how each library rounds (OpenCV looks up places in steps of 1/32 pixel), what lies beyond the
border (blur) and colours in JPEG (OpenCV stores them at half the size). All that a search tells holds at 95 %."""),
    "selective_risk": ("A promised share of wrong answers", """\
Goal: the promise is broken in at most 5 % of 500 resplits; more is answered than by the published algorithm. In each
sex: it counts as broken where it is in one of them."""),
    "unseen": ("Rows unlike those of training, beside scikit-learn", """\
Goal: a larger area under the curve than isolation forest and local outlier factor for every part that is left out, with
the false alarms that were asked for. What is left out by one column alone is easy; the other rows are the test."""),
    "guard_row": ("What a guard costs", """\
Whether a row is like those of training, whether its set has one class, and whether the risk is promised."""),
    "fashion": ("A net that knows when not to answer: Fashion-MNIST", """\
Goal: ECE at most 0.0095 after calibration (0.029 before); sets of 90 % cover 0.888 to 0.912; an error of 11.9 % on all
images at most 2.4 % on the surest 70 %. Our net errs less than that, so its part of the goal is the easier one."""),
    "slices": ("The worst slices, beside sliceline", """\
Goal: the same ten slices by the same score on Adult, faster; of 1,000 worlds in which no slice is worse, at most 5 %
with a slice that is said to be."""),
    "kill_nine": ("Killed forty times", """\
Goal: answered = logged, exactly, over a million decisions and 40 kill -9 of two writers while a reader reads. A client
that got no answer asks again under the same request, and gets what was kept."""),
    "watch_beside": ("What a watch costs those who answer", """\
Two servers of one model in turn, one of which looks at its log every second, the shortest interval; the usual one is a
minute. Both are one process of Python each, so who comes during a look waits for it."""),
    "branch_row": ("What a branch costs a request", """\
Goal: nothing as long as it is not needed. Where a promise is broken, the bundle answers with another graph of its
own."""),
    "page": ("The page over 100,000 verdicts", """\
Goal: every page in at most 200 ms with 100,000 verdicts in the store. The store is read once, at the start, and then
only what is new."""),
    "decision_log": ("What it costs to log a decision", """\
Written and synced before it is answered. What one sync costs the kernel (about 100 us of CPU on this disk) is shared by
all answers that are under way. Opened again is a log of a million decisions to which another process is writing."""),
    "cold_start": ("Cold start", "The commands that read no data load neither numpy nor pyarrow."),
}


def main() -> None:
    """Write the file; a benchmark that has no result yet is named as such."""
    parts = [TOP]
    for name, (title, told) in SECTIONS.items():
        text = RESULTS / f"{name}.txt"
        block = f"```\n{text.read_text().rstrip()}\n```" if text.is_file() else "Not run yet."
        parts.append(f"## {title}\n\n{told}\n\n{block}\n")
    path = Path(__file__).parent / "RESULTS.md"
    path.write_text("\n".join(parts))
    print(path)


if __name__ == "__main__":
    main()
