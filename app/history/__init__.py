"""Everything that happened to an offer, a need, a match, a donor or a committee, in one order: one room for all their pages."""
