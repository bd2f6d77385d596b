"""« Autour de vous, sans preneur »: gifts that no plan places, shown without names to the committees that could take them."""
