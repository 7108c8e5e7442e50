#!/usr/bin/env python3
"""Draws docs/colossus-1.svg from the JSON of a forecast (docs/json.md): orrery run SCENARIO --trials N --json | picture.py

Usable accelerators over time with inputs at their medians, a strip of what binds, P10 to P90 of every milestone with its
P50, and what was observed. Standard library only; the same JSON gives the same bytes.
"""
import datetime
import json
import sys

WIDTH, HEIGHT = 960, 460
LEFT, RIGHT, TOP, BOTTOM = 80, 30, 56, 92  # margins of the plot
COLOURS = {"chips": "#8da0cb", "deliveries": "#4f6fae", "installation": "#66c2a5", "burn-in": "#a6d854", "building": "#e5c494",
           "power": "#fc8d62", "cooling": "#7fc8e8", "network": "#e78ac3"}


def day(text):
    return datetime.date.fromisoformat(text).toordinal()


def main():
    forecast = json.load(sys.stdin)
    capacity = forecast["capacity"]
    milestones = [m for m in forecast["milestones"] if "usable_accelerators" in m]
    start, end = day(capacity[0]["date"]), day(forecast["scenario"]["end"])
    last_change = max([day(c["date"]) for a, c in zip(capacity, capacity[1:])
                       if a["usable_accelerators"] != c["usable_accelerators"]] + [start + 90])
    end = min(end, last_change + 60)
    top = 1.08 * max([c["usable_accelerators"] for c in capacity] + [m["usable_accelerators"] for m in milestones])

    def x(d):
        return LEFT + (WIDTH - LEFT - RIGHT) * (d - start) / (end - start)

    def y(n):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * n / top

    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">'
           % (WIDTH, HEIGHT), '<rect width="100%" height="100%" fill="white"/>']

    def line(x1, y1, x2, y2, style):
        out.append('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" %s/>' % (x1, y1, x2, y2, style))

    def text(at_x, at_y, words, style=""):
        words = words.replace("&", "&amp;").replace("<", "&lt;")
        out.append('<text x="%.1f" y="%.1f" %s>%s</text>' % (at_x, at_y, style, words))

    text(LEFT, 22, "%s: usable accelerators, %s trials" % (forecast["scenario"]["title"], format(forecast["trials"], ",")),
         'font-size="16"')
    step = next(s for s in (10 ** k * f for k in range(9) for f in (1, 2, 5)) if top / s <= 6)
    for n in range(0, int(top) + 1, step):
        line(LEFT, y(n), WIDTH - RIGHT, y(n), 'stroke="#ddd"')
        text(LEFT - 8, y(n) + 4, format(n, ","), 'text-anchor="end"')
    date = datetime.date.fromordinal(start).replace(day=1)
    while date.toordinal() <= end:
        if date.month in (1, 4, 7, 10) and date.toordinal() >= start:
            line(x(date.toordinal()), TOP, x(date.toordinal()), HEIGHT - BOTTOM, 'stroke="#eee"')
            text(x(date.toordinal()), HEIGHT - BOTTOM + 36, date.strftime("%Y-%m"), 'text-anchor="middle"')
        date = (date + datetime.timedelta(days=32)).replace(day=1)

    # What binds, from each row to the next.
    seen = []
    for row, following in zip(capacity, capacity[1:] + [None]):
        a, b = day(row["date"]), day(following["date"]) if following else end
        a, b = max(a, start), min(b, end)
        if b <= a:
            continue
        out.append('<rect x="%.1f" y="%d" width="%.1f" height="14" fill="%s"/>'
                   % (x(a), HEIGHT - BOTTOM + 6, x(b) - x(a), COLOURS.get(row["binding"], "#ccc")))
        if row["binding"] not in seen:
            seen.append(row["binding"])
    at = LEFT
    text(at, HEIGHT - 18, "what binds:")
    at += 76
    for name in seen:
        out.append('<rect x="%d" y="%d" width="14" height="12" fill="%s"/>' % (at, HEIGHT - 28, COLOURS.get(name, "#ccc")))
        text(at + 19, HEIGHT - 18, name)
        at += 34 + 7 * len(name)

    points = " ".join("%.1f,%.1f" % (x(day(c["date"])), y(c["usable_accelerators"])) for c in capacity if day(c["date"]) <= end)
    out.append('<polyline points="%s" fill="none" stroke="#333" stroke-width="2"/>' % points)

    for m in milestones:
        level = y(m["usable_accelerators"])
        if m["p10"]:
            to = x(day(m["p90"])) if m["p90"] else WIDTH - RIGHT
            line(x(day(m["p10"])), level, to, level, 'stroke="#1f4e9c" stroke-width="7" stroke-opacity="0.45"')
        if m["p50"]:
            line(x(day(m["p50"])), level - 8, x(day(m["p50"])), level + 8, 'stroke="#1f4e9c" stroke-width="3"')
        if m["observed"]:
            out.append('<circle cx="%.1f" cy="%.1f" r="5" fill="#c00" stroke="white"/>' % (x(day(m["observed"])), level))
    key = WIDTH - RIGHT - 470
    line(key, 40, key + 24, 40, 'stroke="#333" stroke-width="2"')
    text(key + 30, 44, "inputs at medians")
    line(key + 150, 40, key + 180, 40, 'stroke="#1f4e9c" stroke-width="7" stroke-opacity="0.45"')
    line(key + 165, 32, key + 165, 48, 'stroke="#1f4e9c" stroke-width="3"')
    text(key + 188, 44, "milestone, P10 to P90 with P50")
    out.append('<circle cx="%d" cy="40" r="5" fill="#c00"/>' % (key + 392))
    text(key + 402, 44, "observed")
    out.append("</svg>")
    print("\n".join(out))


main()
