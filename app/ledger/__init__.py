"""Every letter and what became of it: addresses that refuse, letters sent again."""
