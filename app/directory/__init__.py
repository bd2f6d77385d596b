"""Associations and committees as anybody finds them: by place, by name, by what they take; on a map, and on one line with what is lacking."""
