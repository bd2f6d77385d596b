"""What a coordinator pairs by hand: proposes over a rule, splits, sets a quantity, keeps an article for somebody."""
