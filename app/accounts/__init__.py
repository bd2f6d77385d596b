"""People who sign in: Flask-Security, invitations, passwords."""
