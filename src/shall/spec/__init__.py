"""From a shall file to resolved requirements; nothing here counts or computes."""

from shall.spec.file import BuildOptions, ShallFile, Subject, WatchOptions
from shall.spec.loading import lint, load, loads
from shall.spec.mentions import expect_columns, of_phase
from shall.spec.pack import shipped, shipped_pack
from shall.spec.placing import places

__all__ = ["BuildOptions", "ShallFile", "Subject", "WatchOptions", "expect_columns", "lint", "load", "loads",
           "of_phase", "places", "shipped", "shipped_pack"]
