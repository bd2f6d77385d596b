"""Lists from elsewhere, as people make them: pasted text or a spreadsheet becomes rows, and rows become articles.

Pure: nothing of Flask, of the database or of a clock. What names an article is handed in (`Sense`).
"""
