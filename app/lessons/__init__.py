"""What coded refusals taught the plans: deduced, listed, removed, put back."""
