"""What a power perp is worth beside a pool of two assets: measured, not assumed."""
