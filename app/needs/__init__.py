"""What committees lack: declared, pasted, copied, edited, confirmed from time to time."""
