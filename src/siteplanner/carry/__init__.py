"""Carrying on an earlier plan: the close-out ledger read, what stands fixed, and what changed and why."""
