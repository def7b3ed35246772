"""The audit: flown flights against plans, zones, permits and privacy, one by one and together."""
