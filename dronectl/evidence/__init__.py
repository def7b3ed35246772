"""Evidence that a third person can check: dossiers, signed step by step, and the keys that sign them."""
