"""A plan as files that people read: record, workbook, page, map data, figures; and its summary on a terminal."""

from siteplanner.report.record import plan_bytes, read_plan, read_walks, walks_bytes, walks_sha256, write_walks
from siteplanner.report.write import write_all

__all__ = ["plan_bytes", "read_plan", "read_walks", "walks_bytes", "walks_sha256", "write_all", "write_walks"]
