"""The recording proxy: requests go to one upstream and nowhere else."""
