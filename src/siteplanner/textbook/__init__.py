"""The textbook models of facility location on plain arrays: fast, reduced before they are solved, proven or said not to be."""

from siteplanner.textbook.answer import NoSiting, Siting, Step, StoppedWithoutSiting
from siteplanner.textbook.capacitated import capacitated_p_median
from siteplanner.textbook.center import p_center
from siteplanner.textbook.cover import within, within_distance
from siteplanner.textbook.covering import lscp, lscp_backup
from siteplanner.textbook.dispersion import p_dispersion
from siteplanner.textbook.divisible import cflp
from siteplanner.textbook.maximal import mclp
from siteplanner.textbook.median import p_median

__all__ = [
    "NoSiting",
    "Siting",
    "Step",
    "StoppedWithoutSiting",
    "capacitated_p_median",
    "cflp",
    "lscp",
    "lscp_backup",
    "mclp",
    "p_center",
    "p_dispersion",
    "p_median",
    "within",
    "within_distance",
]
