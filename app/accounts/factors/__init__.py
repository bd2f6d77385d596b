"""Second factors: codes of an application, passkeys, recovery codes, devices that are trusted."""
