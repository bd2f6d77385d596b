"""What a good plan is: the weights, what others would do, and which are in force."""
