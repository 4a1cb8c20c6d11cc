"""The control plane below `/__admin`."""
