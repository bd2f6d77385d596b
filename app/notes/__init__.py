"""What coordinators write down about an offer, a need, a match, a donor or a committee, and mean to come back to."""
