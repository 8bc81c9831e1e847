"""One dense connected part: a bound from windows whose integrality is exact, and a plan that windows make better."""
