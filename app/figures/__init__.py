"""What the portal brought: pieces, kilograms, CO₂, kilometres, delays; counted anew from the rows each time, so that a correction corrects them."""
