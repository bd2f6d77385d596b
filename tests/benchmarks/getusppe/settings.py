"""The settings that the benchmark shows, found by trying on these very data: they are what can be reached, not a forecast.

Their many digits mean nothing but that the figures repeat.
"""

from dataclasses import replace

from tests.benchmarks.getusppe.strategy import Policy

FRUGAL = Policy(
    odds=0.2917568296316452,
    hope=0.6462724605089585,
    nearest=189.82017687200914,
    farthest=927.373713966116,
    share=2155029.1407869784,
    asking=340.0,
    most=604.3959992796857,
    parcel=2404.077132750732,
    near=7,
    close=5,
)
"""Few miles, few parcels, little waiting, and yet many served."""

SOONER = replace(
    FRUGAL,
    odds=0.285,
    hope=0.6285335899616143,
    nearest=189.85873546914027,
    farthest=943.784470901992,
    share=2124216.920945486,
    asking=359.4044574688607,
    most=587.8445517083265,
    parcel=2404.077132750732,
)
"""Its neighbour on the frontier: nearer and sooner, with a few hundred units more that nobody near enough asked for."""

NEARER = replace(FRUGAL, hope=FRUGAL.hope * 0.88, nearest=170.0, farthest=1100.0)
"""Holds out for somebody near: fewer miles and days, and more units left over."""

WIDER = replace(SOONER, hope=SOONER.hope * 1.25, nearest=230.0, farthest=1150.0)
"""Sends farther: all but a few dozen units placed, for more miles."""

FRONTIER = {"sooner": SOONER, "nearer": NEARER, "wider": WIDER}
"""What can be had instead of `FRUGAL`, by name."""

MANY = replace(
    FRUGAL,
    odds=0.2,
    hope=1.0,
    nearest=110.0,
    farthest=400.0,
    share=6e6,
    asking=1.0,
    most=5000.0,
    parcel=150.0,
    near=20,
    close=8,
)
"""As many requests served as is worth the miles, in as many parcels as it takes."""
