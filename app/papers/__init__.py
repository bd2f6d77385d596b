"""Papers: the record of a gift, the agreement of a company, the data of a tax receipt. Each is a page to print and a PDF that say the same."""
