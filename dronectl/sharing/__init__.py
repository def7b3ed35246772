"""What leaves the house, for whom, how coarse, and for how long: policies, bundles, the public register."""
