"""The only bridge from rows to letters: one function per event, which enqueues in the caller's transaction.

A function here reads rows, makes the signed links, fills a class of `notifications.messages` with plain values and enqueues it.
Services call it; nothing is sent.
"""
