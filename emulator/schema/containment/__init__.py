"""Whether one schema accepts all that another does, with a counterexample where it does not."""
