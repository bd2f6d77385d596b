"""A committee's public computer room: its page, and the start page of its shared computers."""
