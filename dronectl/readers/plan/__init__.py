"""What a QGroundControl plan is made of: its items, the run of the items, its fence."""
