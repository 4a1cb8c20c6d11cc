"""The pure core: one exchange in, one outcome out."""
