"""Shared by the blueprints: who may enter, security headers, errors, links, language, time."""
