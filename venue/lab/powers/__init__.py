"""What a power perpetual is worth beside a pool of two assets: measured, not assumed."""
