"""Walking on streets: road lines read, noded into a network, and the seconds between points along it."""
