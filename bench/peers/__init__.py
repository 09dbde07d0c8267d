"""What the product is measured against: written once, as a good engineer writes it, then left as it is."""
