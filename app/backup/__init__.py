"""One file that holds a portal: its database and its photos, made while it runs, put back while it does not."""
