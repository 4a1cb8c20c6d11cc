"""Does one schema accept every value of another? If not, show a counterexample."""
