"""What a company or an institution gives: who, from where, an inventory, photos, sent at once, and one page that follows all of it."""
