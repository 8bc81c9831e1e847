"""Many variations of one case, each solved again only where it differs; see `lab`."""
