"""Draws recall against speed, a line for each system, as SVG and PNG."""

import math

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot, ticker

INK, FAINT, OURS_COLOR = "#1f2328", "#8c959f", "#d1242f"
COLORS = ("#0969da", "#1a7f37", "#9a6700", "#8250df", "#0e7c86", "#bf3989")
TICKS = (0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999, 1)
# A recall of 1 would lie infinitely far to the right; one answer wrong of 10,000 is nearly as good.
END = 1e-4


def place(recall):
    """The nearer to 1, the wider apart: each tenth of what is missing takes the same room."""
    return -math.log10(1 - recall + END)


def frontier(points):
    """The points no other point of the system beats in both: what one would choose from."""
    best = []
    for point in sorted(points, key=lambda point: (-point["recall"], -point["qps"])):
        if not best or point["qps"] > best[-1]["qps"]:
            best.append(point)
    return best[::-1]


def apart(heights, gap):
    """Heights in order, moved as little as need be to lie a gap apart, in groups around their middle."""
    groups = []
    for height in heights:
        groups.append([height, 1])
        while len(groups) > 1:
            (low, few), (high, more) = groups[-2:]
            if high - (more - 1) * gap / 2 - low - (few - 1) * gap / 2 >= gap:
                break
            groups[-2:] = [[(low * few + high * more) / (few + more), few + more]]
    return [middle + (i - (n - 1) / 2) * gap for middle, n in groups for i in range(n)]


def draw(points, ours, exact, path):
    pyplot.rcParams.update({
        "font.family": "DejaVu Sans", "font.size": 10, "svg.hashsalt": "search",
        "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK,
    })
    figure, axes = pyplot.subplots(figsize=(9, 5.4))
    figure.subplots_adjust(left=0.085, right=0.76, top=0.87, bottom=0.11)
    left, right = place(TICKS[0]), place(1)
    colors = iter(COLORS * 3)
    labels, speeds = [], []
    for label, measured in points.items():
        strong = label.startswith(ours.split()[0])
        color = OURS_COLOR if strong else FAINT if label in exact else next(colors)
        width = 2.8 if strong else 1.5
        line = frontier(measured)
        if label in exact:
            # Exact search has no recall to trade: one speed, all along.
            speed = line[-1]["qps"]
            axes.axhline(speed, color=color, linewidth=1.2, linestyle=(0, (1, 2)), zorder=1)
            speeds.append(speed)
            labels.append((right + 0.06, speed, f"{label}, {line[-1]['form']}", color, False))
            continue
        places = [place(point["recall"]) for point in line]
        heights = [point["qps"] for point in line]
        if places[-1] < left:
            continue
        speeds += [height for x, height in zip(places, heights) if x >= left]
        axes.plot(
            places, heights, color=color, linewidth=width, marker="o", markersize=6 if strong else 3.5,
            markeredgecolor="white", markeredgewidth=0.8 if strong else 0.4, zorder=5 if strong else 3,
            solid_capstyle="round",
        )
        labels.append((places[-1], heights[-1], label, color, strong))

    axes.set_yscale("log")
    axes.set_xlim(left, right + 0.06)
    low, high = min(speeds) / 1.35, max(speeds) * 1.35
    axes.set_ylim(low, high)
    axes.set_xticks([place(tick) for tick in TICKS], [f"{tick:g}" for tick in TICKS])
    axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_minor_locator(ticker.NullLocator())
    axes.grid(color="#d8dee4", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.spines["bottom"].set(visible=True, color=FAINT)
    axes.set_xlabel("recall of the ten nearest", labelpad=6)
    figure.text(0.085, 0.945, "Queries a second at a recall", fontsize=13, weight="bold", va="center")
    figure.text(
        0.085, 0.9, "one thread on one processor; up and to the right is better", color="#57606a",
        fontsize=9.5, va="center",
    )

    # Names stand beside the picture in the order of the lines' ends, with a thread from each end.
    def share(speed):
        return math.log(speed / low) / math.log(high / low)

    labels.sort(key=lambda label: label[1])
    for (x, speed, label, color, strong), height in zip(
        labels, apart([share(label[1]) for label in labels], 0.052)
    ):
        ink = "#57606a" if color == FAINT else color
        axes.text(
            1.035, height, label, transform=axes.transAxes, color=ink, va="center",
            weight="bold" if strong else "normal", fontsize=10.5 if strong else 9.5,
        )
        end = (x - left) / (right + 0.06 - left)
        axes.plot(
            [end, 1, 1.028], [share(speed), share(speed), height], transform=axes.transAxes,
            color=color, linewidth=0.7, alpha=0.45, clip_on=False, zorder=2,
        )
    # The paper grows with the longest name.
    whole = {"bbox_inches": "tight", "pad_inches": 0.15}
    figure.savefig(f"{path}.svg", metadata={"Date": None}, **whole)
    figure.savefig(f"{path}.png", dpi=160, **whole)
