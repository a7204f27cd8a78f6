"""What the folders may know of each other, as contracts that `make check` holds the code to."""
