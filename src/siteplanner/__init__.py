"""siteplanner: least-cost placement of home-based elderly-care rooms under a county's policy."""
